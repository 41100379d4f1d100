// Go's ttrpc as a peer of ours: a server with methods that misbehave on demand, and a client that
// is told by its input what to call. Either ends with its input, so that none outlives its test.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/sirupsen/logrus"
)

const service = "florin.test.v1.EchoService"

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: interop server|client FLAGS"))
	}
	// What the library finds wrong goes to stderr: the tests read stdout alone.
	logrus.SetOutput(os.Stderr)
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	certificates := flags.String("certificates", "", "folder with ca.crt, ROLE.crt and ROLE.key")
	role := flags.String("role", "payment", "whose certificate to show")
	address := flags.String("address", "", "the server's address")
	peer := flags.String("peer", "payment", "the role that the server must have")
	_ = flags.Parse(os.Args[2:])

	var err error
	switch os.Args[1] {
	case "server":
		err = serve(*certificates, *role)
	case "client":
		err = call(*address, *certificates, *role, *peer)
	default:
		err = fmt.Errorf("unknown mode %q", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Blob is the only message: `message Blob { bytes data = 1; }`.
type Blob struct {
	Data []byte `protobuf:"bytes,1,opt,name=data,proto3"`
}

func (m *Blob) Reset()         { *m = Blob{} }
func (m *Blob) String() string { return fmt.Sprintf("%d bytes", len(m.Data)) }
func (*Blob) ProtoMessage()    {}
