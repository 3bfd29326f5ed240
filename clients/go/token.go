// The way in: where a token comes from, and when another one is due. It keeps no token longer than it works.

package parloir

import (
	"context"
	"time"
)

const (
	// tokenLead is how long before the end of a token another one is asked for.
	tokenLead = time.Minute
	// tokenWaitMin keeps a provider of tokens that end at once from being asked without a pause.
	tokenWaitMin = time.Second
)

// Token is a way in. With ExpiresAt the client asks for another one before that.
type Token struct {
	Secret    string
	ExpiresAt time.Time
}

// TokenSource gives a token whenever one is needed: at every connection, and before the last one expires. Once more it
// is asked when the server refuses a token. It must return when its context ends.
type TokenSource func(ctx context.Context) (Token, error)

// StaticToken is always the same token.
func StaticToken(secret string) TokenSource {
	return func(context.Context) (Token, error) { return Token{Secret: secret}, nil }
}

// tokens is the token in use. It is guarded by the client.
type tokens struct {
	given Token
	// put is one that the application gave in the place of the source's.
	put bool
	// due is when another one is asked for; zero: never.
	due time.Time
	// renewing is whether another one is being asked for.
	renewing bool
}

// current is whether the token in use still works.
func (t *tokens) current(now time.Time) bool {
	return t.given.Secret != "" && (t.given.ExpiresAt.IsZero() || t.given.ExpiresAt.After(now))
}

// schedule notes when another token is due.
func (t *tokens) schedule(now time.Time) {
	t.due = time.Time{}
	if t.given.ExpiresAt.IsZero() {
		return
	}
	left := t.given.ExpiresAt.Sub(now)
	t.due = now.Add(max(tokenWaitMin, left-min(tokenLead, left/2)))
}
