// What generated code fills repeated fields of C messages with.

/// Fills a repeated field, if there is anything to fill it with: takes room for as many C values
/// as there are elements, and has each written into memory that is not initialized.
///
/// - Returns: How many there are.
@unsafe @inlinable
package func packArray<Element, Target>(
    _ elements: [Element], _ start: inout UnsafeMutablePointer<Target>?,
    room: (Int) -> UnsafeMutablePointer<Target>,
    _ fill: (Element, UnsafeMutablePointer<Target>) -> Void
) -> Int {
    guard !elements.isEmpty else { return 0 }
    let memory = unsafe room(elements.count)
    for (index, element) in elements.enumerated() { unsafe fill(element, memory + index) }
    unsafe start = memory
    return elements.count
}
