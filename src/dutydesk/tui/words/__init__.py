"""Every text that the console itself says: a file for each subject, all of them read as ``words.NAME``."""

from dutydesk.tui.words.acts import *  # noqa: F403
from dutydesk.tui.words.bodies import *  # noqa: F403
from dutydesk.tui.words.countries import *  # noqa: F403
from dutydesk.tui.words.figures import *  # noqa: F403
from dutydesk.tui.words.frame import *  # noqa: F403
from dutydesk.tui.words.hand import *  # noqa: F403
from dutydesk.tui.words.hits import *  # noqa: F403
from dutydesk.tui.words.items import *  # noqa: F403
from dutydesk.tui.words.marks import *  # noqa: F403
from dutydesk.tui.words.moved_keys import *  # noqa: F403
from dutydesk.tui.words.shift import *  # noqa: F403
from dutydesk.tui.words.tour import *  # noqa: F403
