// Frames with damage: whatever the bytes are, reading ends with a frame or an error, and what was read is the same frame
// once it was written.

package wire_test

import (
	"encoding/hex"
	"math/rand"
	"reflect"
	"testing"

	"github.com/parloir/parloir/clients/go/wire"
)

// damagesPerFrame is how often each golden frame is damaged in each codec.
const damagesPerFrame = 60

func TestDamagedFramesAreReadOrRefused(t *testing.T) {
	dice := rand.New(rand.NewSource(1))
	read := 0
	for _, file := range files(t, "valid") {
		golden := goldenOf(t, file)
		for codec, bytes := range map[wire.Codec][]byte{wire.JSON: golden.text, wire.MessagePack: golden.packed} {
			for range damagesPerFrame {
				if reads(t, codec, damaged(dice, bytes)) {
					read++
				}
			}
		}
	}
	if read == 0 {
		t.Fatal("no damaged frame was read: nothing was tested")
	}
}

type goldenBytes struct{ text, packed []byte }

func goldenOf(t *testing.T, file string) goldenBytes {
	t.Helper()
	golden := read[valid](t, file)
	packed, err := hex.DecodeString(golden.MsgPack)
	if err != nil {
		t.Fatal(err)
	}
	return goldenBytes{compact(t, golden.JSON), packed}
}

func damaged(dice *rand.Rand, bytes []byte) []byte {
	made := append([]byte(nil), bytes...)
	for range 1 + dice.Intn(3) {
		at := dice.Intn(len(made))
		switch dice.Intn(4) {
		case 0:
			made[at] = byte(dice.Intn(256))
		case 1:
			made[at] ^= 1 << dice.Intn(8)
		case 2:
			made = append(made[:at+1], made[at:]...)
		default:
			made = append(made[:at], made[min(len(made), at+1+dice.Intn(4)):]...)
		}
		if len(made) == 0 {
			return made
		}
	}
	return made
}

func reads(t *testing.T, codec wire.Codec, bytes []byte) bool {
	t.Helper()
	if frame, err := wire.ReadUp(codec, bytes); err == nil {
		again, err := wire.ReadUp(codec, wire.WriteUp(codec, frame))
		if err != nil || !reflect.DeepEqual(frame, again) {
			t.Fatalf("%x: %#v is not %#v, %v", bytes, again, frame, err)
		}
		return true
	}
	frame, err := wire.ReadDown(codec, bytes)
	if err != nil {
		return false
	}
	written := wire.WriteDown(codec, frame)
	again, err := wire.ReadDown(codec, written)
	if err != nil || !reflect.DeepEqual(written, wire.WriteDown(codec, again)) {
		t.Fatalf("%x: %#v is not %#v, %v", bytes, again, frame, err)
	}
	return true
}
