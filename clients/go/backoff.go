// How long to wait before the next try to connect: a random time under a ceiling that doubles. It never waits itself.

package parloir

import "time"

const (
	backoffFloor   = 500 * time.Millisecond
	backoffCeiling = 10 * time.Second
	// doublingsMax keeps the ceiling from running over.
	doublingsMax = 16
)

// Backoff is full jitter between a floor and a ceiling that doubles.
type Backoff struct {
	// Floor is the shortest pause, half a second when zero; Ceiling the longest, ten seconds when zero.
	Floor, Ceiling time.Duration

	failures int
}

// pause before the next try; chance is anything from 0 up to 1.
func (b *Backoff) pause(chance float64) time.Duration {
	floor, most := b.Floor, b.Ceiling
	if floor <= 0 {
		floor = backoffFloor
	}
	if most <= 0 {
		most = backoffCeiling
	}
	b.failures = min(b.failures+1, doublingsMax)
	ceiling := min(floor<<b.failures, max(most, floor))
	return floor + time.Duration(float64(ceiling-floor)*chance)
}

// reset: a connection stands, the next pause is short again.
func (b *Backoff) reset() { b.failures = 0 }
