package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/status"
)

// A command is a line of the input: one call, or several at once that differ by their number.
type command struct {
	ID       int               `json:"id"`
	Service  string            `json:"service"`
	Method   string            `json:"method"`
	Text     string            `json:"text"`
	Size     int               `json:"size"`
	Calls    int               `json:"calls"`
	Timeout  int               `json:"timeout_ms"`
	Metadata map[string]string `json:"metadata"`
}

// A reply is a line of the output.
type reply struct {
	ID int `json:"id"`
	// gRPC's code; -1 for an error that came from no server.
	Code    int    `json:"code"`
	Message string `json:"message"`
	Text    string `json:"text"`
	Size    int    `json:"size"`
	// Whether the answer was what had been sent; with several calls, how many of them got theirs.
	Echoed int `json:"echoed"`
}

func call(address, certificates, role, peer string) error {
	config, err := clientTLS(certificates, role, peer)
	if err != nil {
		return err
	}
	connection, err := tls.Dial("tcp", address, config)
	if err != nil {
		return err
	}
	client := ttrpc.NewClient(connection)
	defer client.Close()

	var output sync.Mutex
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		var next command
		if err := json.Unmarshal(input.Bytes(), &next); err != nil {
			return err
		}
		go func() {
			line, err := json.Marshal(run(client, next))
			if err != nil {
				fail(err)
			}
			output.Lock()
			defer output.Unlock()
			fmt.Println(string(line))
		}()
	}
	return input.Err()
}

func run(client *ttrpc.Client, command command) reply {
	if command.Calls <= 1 {
		return runOne(client, command, payload(command))
	}
	replies := make(chan reply, command.Calls)
	for number := 0; number < command.Calls; number++ {
		go func(number int) {
			replies <- runOne(client, command, []byte(fmt.Sprintf("call %d", number)))
		}(number)
	}
	all := reply{ID: command.ID}
	for number := 0; number < command.Calls; number++ {
		one := <-replies
		all.Echoed += one.Echoed
		if one.Code != 0 {
			all.Code, all.Message = one.Code, one.Message
		}
	}
	return all
}

func payload(command command) []byte {
	if command.Size == 0 {
		return []byte(command.Text)
	}
	data := make([]byte, command.Size)
	for index := range data {
		data[index] = byte(index * 31)
	}
	return data
}

func runOne(client *ttrpc.Client, command command, data []byte) reply {
	ctx := context.Background()
	if command.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(command.Timeout)*time.Millisecond)
		defer cancel()
	}
	if len(command.Metadata) > 0 {
		metadata := ttrpc.MD{}
		for key, value := range command.Metadata {
			metadata.Set(key, value)
		}
		ctx = ttrpc.WithMetadata(ctx, metadata)
	}
	target := command.Service
	if target == "" {
		target = service
	}
	var answer Blob
	if err := client.Call(ctx, target, command.Method, &Blob{Data: data}, &answer); err != nil {
		if refusal, ok := status.FromError(err); ok {
			return reply{ID: command.ID, Code: int(refusal.Code()), Message: refusal.Message()}
		}
		return reply{ID: command.ID, Code: -1, Message: err.Error()}
	}
	result := reply{ID: command.ID, Size: len(answer.Data)}
	if bytes.Equal(answer.Data, data) {
		result.Echoed = 1
	}
	if len(answer.Data) <= 4096 {
		result.Text = string(answer.Data)
	}
	return result
}
