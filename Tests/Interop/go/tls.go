package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// serverTLS is mutual TLS 1.3 as role: every client must show a certificate of the authority.
func serverTLS(certificates, role string) (*tls.Config, error) {
	pair, authority, err := load(certificates, role)
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

// clientTLS is mutual TLS 1.3 as role, towards a server of the role peer. Host names are not
// checked, the identity is the URI: so the chain is verified here, not by the library.
func clientTLS(certificates, role, peer string) (*tls.Config, error) {
	pair, authority, err := load(certificates, role)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		Certificates:       []tls.Certificate{pair},
		InsecureSkipVerify: true,
		VerifyPeerCertificate: func(chain [][]byte, _ [][]*x509.Certificate) error {
			return verifyServer(chain, authority, peer)
		},
	}, nil
}

func verifyServer(chain [][]byte, authority *x509.CertPool, peer string) error {
	if len(chain) == 0 {
		return errors.New("the server shows no certificate")
	}
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{
		Roots:     authority,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if _, err := leaf.Verify(options); err != nil {
		return err
	}
	if len(leaf.URIs) != 1 || leaf.URIs[0].String() != "spiffe://florin/"+peer {
		return fmt.Errorf("the server is %v, not %s", leaf.URIs, peer)
	}
	return nil
}

func load(certificates, role string) (tls.Certificate, *x509.CertPool, error) {
	pair, err := tls.LoadX509KeyPair(
		filepath.Join(certificates, role+".crt"), filepath.Join(certificates, role+".key"))
	if err != nil {
		return pair, nil, err
	}
	authority := x509.NewCertPool()
	pem, err := os.ReadFile(filepath.Join(certificates, "ca.crt"))
	if err != nil {
		return pair, nil, err
	}
	if !authority.AppendCertsFromPEM(pem) {
		return pair, nil, errors.New("ca.crt holds no certificate")
	}
	return pair, authority, nil
}
