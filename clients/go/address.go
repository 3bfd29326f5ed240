// The addresses of a server's doors, made from the one that an application gives. It opens none.

package parloir

import (
	"fmt"
	"net/url"
	"strings"
)

// doors is where a server's WebSocket is, and the start of every HTTP path.
type doors struct{ live, http string }

// doorsOf is the doors of a server at `http(s)://…` or `ws(s)://…`; a path before them is kept.
func doorsOf(address string) (doors, error) {
	base, err := url.Parse(address)
	if err != nil {
		return doors{}, fmt.Errorf("'%s' is no address of a server: %w", address, err)
	}
	rest := base.Host + strings.TrimSuffix(strings.TrimSuffix(base.Path, "/v1/live"), "/")
	switch {
	case base.Host == "":
		return doors{}, fmt.Errorf("'%s' is no address of a server: it has no host", address)
	case base.Scheme == "https" || base.Scheme == "wss":
		return doors{"wss://" + rest + "/v1/live", "https://" + rest}, nil
	case base.Scheme == "http" || base.Scheme == "ws":
		return doors{"ws://" + rest + "/v1/live", "http://" + rest}, nil
	default:
		return doors{}, fmt.Errorf("'%s' is no address of a server: it begins with https:// or http://", address)
	}
}
