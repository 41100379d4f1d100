// What generated code reads C messages with.

/// The text of a `string` field: NULs are kept, bytes that are not UTF-8 are refused.
///
/// - Throws: ``WireError/Code/invalidUTF8`` naming the field.
@unsafe package func unpackString(
    _ data: UnsafeMutablePointer<UInt8>?, _ count: Int,
    _ message: @autoclosure () -> String, _ field: @autoclosure () -> String
) throws(WireError) -> String {
    guard let data = unsafe data, count > 0 else { return "" }
    let span = unsafe Span(_unsafeStart: data, count: count)
    do {
        return String(copying: try UTF8Span(validating: span))
    } catch {
        throw WireError(.invalidUTF8, message: message(), field: field())
    }
}

/// The bytes of a `bytes` field.
@unsafe package func unpackBytes(
    _ data: UnsafeMutablePointer<UInt8>?, _ count: Int
) -> [UInt8] {
    guard let data = unsafe data, count > 0 else { return [] }
    return unsafe [UInt8](UnsafeBufferPointer(start: data, count: count))
}

/// The elements of a repeated field.
///
/// - Throws: What `element` throws.
@unsafe @inlinable
package func unpackArray<Source, Element, Failure: Error>(
    _ start: UnsafeMutablePointer<Source>?, _ count: Int,
    _ element: (Source) throws(Failure) -> Element
) throws(Failure) -> [Element] {
    guard let start = unsafe start, count > 0 else { return [] }
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for index in 0..<count { elements.append(try element(unsafe start[index])) }
    return elements
}

/// The elements of a repeated field of messages.
///
/// - Throws: What `element` throws.
@unsafe @inlinable
package func unpackMessages<Source, Element, Failure: Error>(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<Source>?>?, _ count: Int,
    _ element: (UnsafeRawPointer) throws(Failure) -> Element
) throws(Failure) -> [Element] {
    guard let start = unsafe start, count > 0 else { return [] }
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
        guard let source = unsafe start[index] else { continue }
        elements.append(try unsafe element(source))
    }
    return elements
}
