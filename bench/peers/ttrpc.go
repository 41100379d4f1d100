package main

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/containerd/ttrpc"
)

func serveTTRPC(certificates string) (net.Listener, error) {
	config, err := serverTLS(certificates)
	if err != nil {
		return nil, err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		return nil, err
	}
	server, err := ttrpc.NewServer()
	if err != nil {
		return nil, err
	}
	server.Register(service, map[string]ttrpc.Method{
		"Echo": func(_ context.Context, unmarshal func(interface{}) error) (interface{}, error) {
			var request EchoRequest
			if err := unmarshal(&request); err != nil {
				return nil, err
			}
			return &EchoResponse{Payload: request.Payload}, nil
		},
	})
	go func() { fail(server.Serve(context.Background(), listener)) }()
	return listener, nil
}

func connectTTRPC(address, certificates string) (echo, error) {
	config, err := clientTLS(certificates)
	if err != nil {
		return nil, err
	}
	connection, err := tls.Dial("tcp", address, config)
	if err != nil {
		return nil, err
	}
	client := ttrpc.NewClient(connection)
	return func(ctx context.Context, request *EchoRequest) (*EchoResponse, error) {
		metadata := ttrpc.MD{}
		for key, value := range callMetadata {
			metadata[key] = []string{value}
		}
		var response EchoResponse
		err := client.Call(ttrpc.WithMetadata(ctx, metadata), service, "Echo", request, &response)
		return &response, err
	}, nil
}
