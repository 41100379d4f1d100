package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
)

// The roles of the benchmark: its certificates name them.
const (
	serverRole = "payment"
	clientRole = "client"
)

func serverTLS(certificates string) (*tls.Config, error) {
	pair, authority, err := load(certificates, serverRole)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    authority,
	}, nil
}

func clientTLS(certificates string) (*tls.Config, error) {
	pair, authority, err := load(certificates, clientRole)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{pair},
		RootCAs:      authority,
		ServerName:   "localhost",
	}, nil
}

func load(certificates, role string) (tls.Certificate, *x509.CertPool, error) {
	pair, err := tls.LoadX509KeyPair(
		filepath.Join(certificates, role+".crt"), filepath.Join(certificates, role+".key"))
	if err != nil {
		return pair, nil, err
	}
	pem, err := os.ReadFile(filepath.Join(certificates, "ca.crt"))
	if err != nil {
		return pair, nil, err
	}
	authority := x509.NewCertPool()
	if !authority.AppendCertsFromPEM(pem) {
		return pair, nil, errors.New("ca.crt holds no certificate")
	}
	return pair, authority, nil
}
