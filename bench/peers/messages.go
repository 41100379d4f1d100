package main

import "fmt"

// The messages of bench/proto/florin/bench/v1/echo.proto, by hand: the library reads the tags.

type EchoRequest struct {
	Payload []byte `protobuf:"bytes,1,opt,name=payload,proto3"`
}

func (m *EchoRequest) Reset()         { *m = EchoRequest{} }
func (m *EchoRequest) String() string { return fmt.Sprintf("%d bytes", len(m.Payload)) }
func (*EchoRequest) ProtoMessage()    {}

type EchoResponse struct {
	Payload []byte `protobuf:"bytes,1,opt,name=payload,proto3"`
}

func (m *EchoResponse) Reset()         { *m = EchoResponse{} }
func (m *EchoResponse) String() string { return fmt.Sprintf("%d bytes", len(m.Payload)) }
func (*EchoResponse) ProtoMessage()    {}

const service = "florin.bench.v1.EchoService"
