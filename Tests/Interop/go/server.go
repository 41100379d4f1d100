package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// serve prints the address it listens on, answers until its input ends, and on SIGTERM stops as
// the library does: idle connections are closed, the others once their calls are answered.
func serve(certificates, role string) error {
	config, err := serverTLS(certificates, role)
	if err != nil {
		return err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		return err
	}
	server, err := ttrpc.NewServer()
	if err != nil {
		return err
	}
	server.Register(service, methods())
	fmt.Println(listener.Addr())

	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	stopped := make(chan error, 1)
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, syscall.SIGTERM)
	go func() {
		<-terminate
		stopped <- server.Shutdown(context.Background())
	}()
	if err := server.Serve(context.Background(), listener); err != ttrpc.ErrServerClosed {
		return err
	}
	return <-stopped
}

func methods() map[string]ttrpc.Method {
	// Wait prints "waiting" when a call has come, and answers when another calls Open.
	open := make(chan struct{})
	return map[string]ttrpc.Method{
		"Echo": method(func(_ context.Context, request []byte) ([]byte, error) {
			return request, nil
		}),
		"Wait": method(func(ctx context.Context, request []byte) ([]byte, error) {
			fmt.Println("waiting")
			select {
			case <-open:
				return request, nil
			case <-ctx.Done():
				fmt.Println("cancelled")
				return nil, ctx.Err()
			}
		}),
		"Open": method(func(context.Context, []byte) ([]byte, error) {
			close(open)
			return nil, nil
		}),
		"Inspect": method(inspect),
		"Refuse": method(func(context.Context, []byte) ([]byte, error) {
			return nil, status.Error(codes.FailedPrecondition, "später, s'il vous plaît")
		}),
		"Fail": method(func(context.Context, []byte) ([]byte, error) {
			return nil, fmt.Errorf("no status at all")
		}),
		"Swell": method(func(_ context.Context, request []byte) ([]byte, error) {
			size := 0
			for _, digit := range request[:4] {
				size = size<<8 | int(digit)
			}
			return make([]byte, size), nil
		}),
	}
}

// inspect answers with the seconds left and the metadata, in the order of its keys.
func inspect(ctx context.Context, _ []byte) ([]byte, error) {
	left := -1
	if deadline, ok := ctx.Deadline(); ok {
		left = int(time.Until(deadline).Seconds())
	}
	words := []string{fmt.Sprint(left)}
	if metadata, ok := ttrpc.GetMetadata(ctx); ok {
		for key, values := range metadata {
			words = append(words, key+"="+strings.Join(values, ","))
		}
	}
	sort.Strings(words[1:])
	return []byte(strings.Join(words, " ")), nil
}

func method(answer func(context.Context, []byte) ([]byte, error)) ttrpc.Method {
	return func(ctx context.Context, unmarshal func(interface{}) error) (interface{}, error) {
		var request Blob
		if err := unmarshal(&request); err != nil {
			return nil, err
		}
		data, err := answer(ctx, request.Data)
		if err != nil {
			return nil, err
		}
		return &Blob{Data: data}, nil
	}
}
