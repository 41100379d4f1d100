internal import Postgres
internal import RPC
internal import ServiceLifecycle

extension ServiceRuntime {
    /// A shutdown goes from the last to the first: readiness is withdrawn, the server finishes the
    /// calls it has accepted, what runs beside them stops, peers and the database are let go.
    static func services(
        database: PostgresPool, clients: [RPCClientPool], parts: ServiceParts, server: RPCServer,
        metrics: MetricsListener?,
        drainLimit: Duration, certificates: CertificateReload, readiness: Readiness
    ) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        let services: [(String, any Service)] =
            [
                ("database", Closing { await database.close() }),
                ("peers", Closing { for client in clients { await client.close() } }),
                ("certificates", certificates),
                ("metrics", Closing { await metrics?.close() }),
            ]
            + parts.background.map { ("background", $0) }
            + [
                ("server", Closing { await server.drain(within: drainLimit) }),
                ("readiness", readiness),
            ]
        return services.map { name, service in
            .init(service: service, serviceName: name)
        }
    }
}

/// Something that runs by itself and only has to be closed.
private struct Closing: Service {
    let close: @Sendable () async -> Void

    func run() async throws {
        try? await gracefulShutdown()
        await self.close()
    }
}
