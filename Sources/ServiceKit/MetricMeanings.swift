/// What each metric means: the `# HELP` of a page, and docs/observability.md.
package enum MetricMeanings {
    package static let all: [String: String] = [
        "florin_rpc_server_calls_total": "Calls that were admitted and have ended, by code.",
        "florin_rpc_server_latency_seconds": "From a request's arrival to its handler's end.",
        "florin_rpc_server_in_flight": "Calls whose handlers are at work.",
        "florin_rpc_server_received_bytes_total": "Bytes of requests.",
        "florin_rpc_server_sent_bytes_total": "Bytes of responses.",
        "florin_rpc_server_connections": "Connections open.",
        "florin_rpc_server_connections_accepted_total": "Connections taken.",
        "florin_rpc_server_connections_refused_total":
            "Connections closed as they came, because there were too many.",
        "florin_rpc_server_handshakes_failed_total":
            "Connections that ended before they were safe.",
        "florin_rpc_server_shed_total": "Calls that were not admitted, by reason.",
        "florin_rpc_client_calls_total": "Calls made that have ended, by code.",
        "florin_rpc_client_latency_seconds":
            "From a call to its answer, waiting to be sent included.",
        "florin_rpc_client_in_flight": "Calls that wait to be sent or for their answers.",
        "florin_rpc_client_received_bytes_total": "Bytes of responses.",
        "florin_rpc_client_retries_total": "Calls that were made again.",
        "florin_rpc_client_sent_bytes_total": "Bytes of requests.",
        "florin_http_answers_total": "Answers of the HTTP API, by hundreds of their status.",
        "florin_http_latency_seconds": "From an HTTP request's head to its answer.",
        "florin_cache_lookups_total":
            "How often a thing was in memory, and how often it had to be asked for.",
        "florin_reconciliation_findings_total":
            "What did not agree when payments were compared, by kind.",
        "florin_reconciliation_payments_total": "Payments that were compared.",
        "florin_reconciliation_unreadable_total":
            "Payments that could not be compared; the log names them.",
        "florin_reconciliation_last_run_seconds":
            "When all that was due had been compared, in Unix time.",
        "florin_events_imported_total": "Events that were made of a service's changes.",
        "florin_events_unreadable":
            "Batches of a service's changes that could not be read and are set aside.",
        "florin_events_published_total": "Events that the broker has acknowledged.",
        "florin_events_publication_failures_total":
            "Times that events could not be published; the log tells why.",
        "florin_events_unpublished": "Events that have yet to be published to the broker.",
        "florin_events_unpublished_oldest_seconds":
            "How old the oldest event is that has yet to be published.",
        "florin_webhook_deliveries_total":
            "Attempts to deliver an event that have ended, and deliveries that were given up.",
        "florin_webhook_backlog":
            "Deliveries that are still to be made, up to a hundred thousand.",
        "florin_webhook_oldest_due_seconds":
            "For how long the delivery has been due that has waited longest.",
        "florin_certificate_expiry_seconds":
            "Seconds that a certificate or list is good yet; below zero once it has run out.",
    ]
}
