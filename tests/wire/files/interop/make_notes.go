// Makes notes, checkpoints and cosignatures from fixed seeds, with golang.org/x/mod/sumdb/note and
// github.com/transparency-dev/formats, and verifies notes that are given on the standard input.
//
//	go run . make > vectors.json
//	go run . verify NOTE-KEY [COSIGNATURE-KEY...] < note
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

func keys(name string, seed []byte) (string, string) {
	private := ed25519.NewKeyFromSeed(seed)
	public := append([]byte{1}, private.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256([]byte(name + "\n" + string(public)))
	hash := binary.BigEndian.Uint32(sum[:])
	skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, hash, base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
	vkey := fmt.Sprintf("%s+%08x+%s", name, hash, base64.StdEncoding.EncodeToString(public))
	return skey, vkey
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	if os.Args[1] == "verify" {
		raw := must(io.ReadAll(os.Stdin))
		verifiers := []note.Verifier{must(note.NewVerifier(os.Args[2]))}
		for _, key := range os.Args[3:] {
			verifiers = append(verifiers, must(fnote.NewVerifierForCosignatureV1(key)))
		}
		opened, err := note.Open(raw, note.VerifierList(verifiers...))
		if err != nil || len(opened.Sigs) != len(verifiers) {
			fmt.Fprintln(os.Stderr, "refused:", err)
			os.Exit(1)
		}
		fmt.Printf("verified %d signatures\n", len(opened.Sigs))
		return
	}
	var made []map[string]any
	for number := 0; number < 6; number++ {
		logSeed, witnessSeed := sha256.Sum256([]byte{byte(number)}), sha256.Sum256([]byte{byte(number), 1})
		name, witness := fmt.Sprintf("example.com/log%d", number), fmt.Sprintf("witness.example/w%d", number)
		logKey, logVerifier := keys(name, logSeed[:])
		witnessKey, witnessVerifier := keys(witness, witnessSeed[:])
		root := sha256.Sum256([]byte(name))
		text := fmt.Sprintf("%s\n%d\n%s\n", name, 20852163*number, base64.StdEncoding.EncodeToString(root[:]))
		if number%2 == 1 {
			text += "chain " + hex.EncodeToString(root[:]) + "\nanother line\n"
		}
		signer := must(note.NewSigner(logKey))
		cosigner := must(fnote.NewSignerForCosignatureV1(witnessKey))
		signed := must(note.Sign(&note.Note{Text: text}, signer, cosigner))
		opened := must(note.Open(signed, note.VerifierList(must(note.NewVerifier(logVerifier)), cosigner.Verifier())))
		when := must(fnote.CoSigV1Timestamp(opened.Sigs[1]))
		made = append(made, map[string]any{"name": name, "witness": witness, "seed": hex.EncodeToString(logSeed[:]),
			"witness_seed": hex.EncodeToString(witnessSeed[:]), "key": logVerifier, "witness_key": must(fnote.VKeyToCosignatureV1(witnessVerifier)),
			"text": text, "time": when.Unix(), "note": string(signed)})
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	out.Encode(map[string]any{"source": "golang.org/x/mod/sumdb/note and github.com/transparency-dev/formats v0.1.0, by fixed seeds", "notes": made})
}
