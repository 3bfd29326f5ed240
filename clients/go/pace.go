// How many frames may be sent now, so that the server never has to end the connection for sending too fast.

package parloir

import (
	"math"
	"time"
)

const (
	// burstSpared is the part of the burst that is left to what goes out unasked, and to frames that arrive closer
	// together than they were sent.
	burstSpared = 0.1
	// rateSpared is the part of the rate that makes up for pongs and for clocks that do not run alike.
	rateSpared = 0.02
)

// pace is a bucket of frames that fills with time.
type pace struct {
	perSecond, burst, left float64
	at                     time.Time
}

func newPace(perSecond, burst int64, now time.Time) pace {
	most := math.Max(1, float64(burst)*(1-burstSpared))
	return pace{math.Max(1, float64(perSecond)) * (1 - rateSpared), most, most, now}
}

// take takes one frame's place: zero, or the time until there will be one.
func (p *pace) take(now time.Time) time.Duration {
	p.left = math.Min(p.burst, p.left+math.Max(0, now.Sub(p.at).Seconds())*p.perSecond)
	p.at = now
	if p.left < 1 {
		return time.Duration((1 - p.left) / p.perSecond * float64(time.Second))
	}
	p.left--
	return 0
}
