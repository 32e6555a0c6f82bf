"""Runs a labelled corpus through the decoder and the rules, without any store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from dutydesk.domain.countries import Directory
from dutydesk.domain.rules.evaluation import Evaluation
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.wire.reference.corpus import CorpusFault, LabelledMessage, findings_in, lines_of, read_corpus
from dutydesk.wire.reference.evaluation_figures import CorpusPart


@dataclass(slots=True)
class CorpusRun:
    """A run over the files of a corpus. ``languages`` narrows it; empty for all."""

    directory: Directory
    table: RuleTable
    evaluation: Evaluation
    languages: frozenset[str] = frozenset()
    parts: list[CorpusPart] = field(default_factory=list)
    faults: list[CorpusFault] = field(default_factory=list)

    def add_file(self, name: str, stream: BinaryIO) -> None:
        """Counts each text of a file; a line that can't be used is a fault, and the rest counts."""
        texts, faults = self.evaluation.texts, len(self.faults)
        self._add(read_corpus(name, lines_of(stream), self.directory))
        self.parts.append(CorpusPart(name, self.evaluation.texts - texts, len(self.faults) - faults))

    def _add(self, found: Iterable[LabelledMessage | CorpusFault]) -> None:
        for each in found:
            if isinstance(each, CorpusFault):
                self.faults.append(each)
            elif not self.languages or each.label.language in self.languages:
                self.evaluation.add(each.label, findings_in(each, self.directory, self.table), self.table)
