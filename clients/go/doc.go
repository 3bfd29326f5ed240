// Package parloir is a live shared inbox as a Go program joins it: one [Client] stands for one agent. It keeps one
// connection, comes back after any loss where it was, sends every command once, and keeps the picture: queues,
// timelines, counters, who types.
//
//	client, err := parloir.Connect(parloir.Options{URL: "https://desk.example", Token: parloir.StaticToken("plr_…")})
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	for event, err := range client.Events().All(ctx) {
//		if err != nil {
//			return err
//		}
//		if received, is := event.Data.(wire.MessageReceived); is {
//			fmt.Println(*received.Message.Text)
//		}
//	}
//
// Package wire has the commands, queries and events; package store the fold alone; package text what every client does
// alike with texts. What goes over the wire is specified in protocol/PROTOCOL.md of the repository.
//
// All methods of a [Client] may be called from any goroutine. What they give is shared and must not be changed. Nothing
// goes on after [Client.Close] has returned.
package parloir
