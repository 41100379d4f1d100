package main

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
)

func serveGRPC(certificates string) (net.Listener, error) {
	config, err := serverTLS(certificates)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service,
		HandlerType: (*interface{})(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Echo", Handler: echoGRPC}},
	}, struct{}{})
	go func() { fail(server.Serve(listener)) }()
	return listener, nil
}

func echoGRPC(
	_ interface{}, _ context.Context, decode func(interface{}) error,
	_ grpc.UnaryServerInterceptor,
) (interface{}, error) {
	var request EchoRequest
	if err := decode(&request); err != nil {
		return nil, err
	}
	return &EchoResponse{Payload: request.Payload}, nil
}

func connectGRPC(address, certificates string) (echo, error) {
	config, err := clientTLS(certificates)
	if err != nil {
		return nil, err
	}
	connection, err := grpc.Dial(
		address, grpc.WithTransportCredentials(credentials.NewTLS(config)), grpc.WithBlock())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, request *EchoRequest) (*EchoResponse, error) {
		pairs := metadata.New(callMetadata)
		var response EchoResponse
		err := connection.Invoke(
			metadata.NewOutgoingContext(ctx, pairs), "/"+service+"/Echo", request, &response)
		return &response, err
	}, nil
}
