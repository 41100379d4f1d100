// Echo by Go's ttrpc and by grpc-go over mutual TLS 1.3, as peers of florin-bench-rpc: the same
// work, the same flags, the same line of JSON.
//
//	peers ttrpc-server|grpc-server -certificates DIR
//	peers ttrpc-client|grpc-client -certificates DIR -address HOST:PORT -callers C -connections K
//	      -seconds S [-idle -server-pid PID]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// An echo is one call on one connection; the error ends the run.
type echo func(ctx context.Context, request *EchoRequest) (*EchoResponse, error)

// A peer is one library: how it serves and how it connects.
type peer struct {
	serve   func(certificates string) (net.Listener, error)
	connect func(address, certificates string) (echo, error)
}

var peers = map[string]peer{
	"ttrpc": {serveTTRPC, connectTTRPC},
	"grpc":  {serveGRPC, connectGRPC},
}

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: peers ttrpc-server|ttrpc-client|grpc-server|grpc-client FLAGS"))
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	certificates := flags.String("certificates", "", "folder with ca.crt, ROLE.crt and ROLE.key")
	address := flags.String("address", "", "the server's address")
	callers := flags.Int("callers", 64, "calls in flight")
	connections := flags.Int("connections", 1, "connections they share")
	seconds := flags.Float64("seconds", 3, "how long to measure, after a tenth of it unmeasured")
	idle := flags.Bool("idle", false, "only open the connections, with one call on each")
	serverPID := flags.Int("server-pid", 0, "with -idle: whose memory to read")
	_ = flags.Parse(os.Args[2:])

	name, side, _ := strings.Cut(os.Args[1], "-")
	library, ok := peers[name]
	switch {
	case !ok:
		fail(fmt.Errorf("unknown peer %q", name))
	case side == "server":
		listener, err := library.serve(*certificates)
		check(err)
		fmt.Println(listener.Addr())
		// Ends with its input, so that it never outlives the benchmark.
		_, _ = io.Copy(io.Discard, os.Stdin)
	case side == "client" && *idle:
		printLine(measureIdle(*serverPID, *connections, func() (echo, error) {
			return library.connect(*address, *certificates)
		}))
	case side == "client":
		echoes := make([]echo, *connections)
		for index := range echoes {
			var err error
			echoes[index], err = library.connect(*address, *certificates)
			check(err)
		}
		printLine(closedLoop(echoes, *callers, time.Duration(*seconds*float64(time.Second))))
	default:
		fail(fmt.Errorf("unknown side %q", side))
	}
}

func printLine(result interface{}) {
	line, err := json.Marshal(result)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
