package main

import (
	"bytes"
	"context"
	"fmt"
	"math/bits"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Every call carries a deadline, a pair of metadata and a trace, as calls in production do.
var callMetadata = map[string]string{
	"tenant":      "bench",
	"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}

const callTimeout = 10 * time.Second

// 98 bytes make a message of 100.
var payload = bytes.Repeat([]byte("x"), 98)

// The line that a closed loop prints.
type result struct {
	CallsPerSecond float64 `json:"calls_per_s"`
	P50            float64 `json:"p50_us"`
	P99            float64 `json:"p99_us"`
	Calls          uint64  `json:"calls"`
	// Calls that the processor time is for: the unmeasured ones included.
	AllCalls uint64 `json:"all_calls"`
	// User and system time of this process.
	CPU int64 `json:"cpu_us"`
}

// closedLoop keeps callers calls in flight, spread evenly over the connections.
func closedLoop(echoes []echo, callers int, duration time.Duration) result {
	start := time.Now().Add(duration / 10)
	end := start.Add(duration)
	histograms := make([]histogram, callers)
	all := make([]uint64, callers)
	cpu := cpuTime()
	var wait sync.WaitGroup
	for caller := 0; caller < callers; caller++ {
		wait.Add(1)
		go func(caller int) {
			defer wait.Done()
			call := echoes[caller%len(echoes)]
			begun := time.Now()
			for begun.Before(end) {
				once(call)
				now := time.Now()
				if !begun.Before(start) {
					histograms[caller].record(now.Sub(begun))
				}
				all[caller]++
				begun = now
			}
		}(caller)
	}
	wait.Wait()
	cpu = cpuTime() - cpu

	var sum histogram
	outcome := result{CPU: cpu.Microseconds()}
	for caller := range histograms {
		sum.add(&histograms[caller])
		outcome.AllCalls += all[caller]
	}
	outcome.Calls = sum.count
	outcome.CallsPerSecond = float64(sum.count) / duration.Seconds()
	outcome.P50, outcome.P99 = sum.quantile(0.50), sum.quantile(0.99)
	return outcome
}

func once(call echo) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	response, err := call(ctx, &EchoRequest{Payload: payload})
	check(err)
	if len(response.Payload) != len(payload) {
		fail(fmt.Errorf("sent %d bytes, got %d", len(payload), len(response.Payload)))
	}
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// A histogram counts nanoseconds in 32 steps for each power of two: it is off by 3 % at most.
type histogram struct {
	counts [40 * 32]uint32
	count  uint64
}

func (h *histogram) record(duration time.Duration) {
	value := uint64(duration)
	shift := 0
	if length := bits.Len64(value); length > 6 {
		shift = length - 6
	}
	index := shift*32 + int(value>>shift)
	if index >= len(h.counts) {
		index = len(h.counts) - 1
	}
	h.counts[index]++
	h.count++
}

func (h *histogram) add(other *histogram) {
	for index, count := range other.counts {
		h.counts[index] += count
	}
	h.count += other.count
}

// quantile is in microseconds.
func (h *histogram) quantile(q float64) float64 {
	rank := uint64(q * float64(h.count))
	var seen uint64
	for index, count := range h.counts {
		seen += uint64(count)
		if seen > rank {
			if index < 64 {
				return float64(index) / 1000
			}
			shift := index/32 - 1
			return float64((uint64(index)-uint64(shift)*32)<<shift) / 1000
		}
	}
	return 0
}

// measureIdle tells how much the server's resident memory grows with each connection.
func measureIdle(pid, connections int, connect func() (echo, error)) map[string]float64 {
	call, err := connect()
	check(err)
	once(call)
	before := residentKiB(pid)
	kept := make([]echo, connections)
	for index := range kept {
		kept[index], err = connect()
		check(err)
		once(kept[index])
	}
	after := residentKiB(pid)
	once(kept[0])
	return map[string]float64{
		"connections":        float64(connections),
		"server_rss_kib":     after,
		"kib_per_connection": (after - before) / float64(connections),
	}
}

func residentKiB(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	check(err)
	for _, line := range strings.Split(string(text), "\n") {
		if rest := strings.TrimPrefix(line, "VmRSS:"); rest != line {
			value, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			check(err)
			return value
		}
	}
	fail(fmt.Errorf("process %d has no VmRSS", pid))
	return 0
}
