// The bounds of a connection as welcome states them (PROTOCOL.md, section 15), and the values before it. It enforces
// none of them.

package wire

// Limits is every bound of a connection. Bytes and milliseconds as the names say.
type Limits struct {
	Profile            string `wire:"profile"`
	FrameBytesMax      int64  `wire:"frame_bytes_max"`
	SnapshotPartBytes  int64  `wire:"snapshot_part_bytes"`
	DepthMax           int64  `wire:"depth_max"`
	TextCharsMax       int64  `wire:"text_chars_max"`
	PageRows           int64  `wire:"page_rows"`
	PageRowsMax        int64  `wire:"page_rows_max"`
	InFlightMax        int64  `wire:"in_flight_max"`
	FramesPerSecond    int64  `wire:"frames_per_second"`
	FramesBurst        int64  `wire:"frames_burst"`
	HelloTimeoutMS     int64  `wire:"hello_timeout_ms"`
	HeartbeatMS        int64  `wire:"heartbeat_ms"`
	PongTimeoutMS      int64  `wire:"pong_timeout_ms"`
	SendTimeoutMS      int64  `wire:"send_timeout_ms"`
	CheckpointMS       int64  `wire:"checkpoint_ms"`
	TypingMS           int64  `wire:"typing_ms"`
	ViewingMS          int64  `wire:"viewing_ms"`
	SearchTextCharsMax int64  `wire:"search_text_chars_max"`
	SearchCountMax     int64  `wire:"search_count_max"`
	SearchMSMax        int64  `wire:"search_ms_max"`
	WatchesMax         int64  `wire:"watches_max"`
}

// DefaultLimits is the profile `default`.
func DefaultLimits() Limits {
	return Limits{
		Profile:            "default",
		FrameBytesMax:      65_536,
		SnapshotPartBytes:  65_536,
		DepthMax:           32,
		TextCharsMax:       4_096,
		PageRows:           50,
		PageRowsMax:        200,
		InFlightMax:        64,
		FramesPerSecond:    50,
		FramesBurst:        200,
		HelloTimeoutMS:     5_000,
		HeartbeatMS:        20_000,
		PongTimeoutMS:      20_000,
		SendTimeoutMS:      10_000,
		CheckpointMS:       1_000,
		TypingMS:           20_000,
		ViewingMS:          60_000,
		SearchTextCharsMax: 256,
		SearchCountMax:     1_000,
		SearchMSMax:        250,
		WatchesMax:         4,
	}
}
