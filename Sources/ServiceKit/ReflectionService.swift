internal import Foundation
internal import Messages
internal import RPC
internal import Stubs

/// `florin.rpc.v1.Reflection`: tells tools what a server answers.
struct ReflectionService: ReflectionHandler {
    private let services: [String]
    private let descriptors: [UInt8]

    /// - Parameter methods: What the server answers besides its health, the connection's own
    ///   methods and this.
    init(_ methods: [RPCMethod]) {
        let always = HealthMethods.all + ConnectionMethods.all + ReflectionMethods.all
        let names = Set((methods.map(\.descriptor) + always).map(\.service))
        self.services = names.sorted()
        self.descriptors = Data(base64Encoded: ProtoDescriptors.base64).map { [UInt8]($0) } ?? []
    }

    func listServices(
        _ request: RpcV1.ListServicesRequest, context: CallContext
    ) throws -> RpcV1.ListServicesResponse {
        RpcV1.ListServicesResponse(services: self.services)
    }

    func getDescriptors(
        _ request: RpcV1.GetDescriptorsRequest, context: CallContext
    ) throws -> RpcV1.GetDescriptorsResponse {
        RpcV1.GetDescriptorsResponse(fileDescriptorSet: self.descriptors)
    }
}
