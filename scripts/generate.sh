#!/usr/bin/env bash
# Makes the generated code from the protos: C by protoc-c, Swift by protoc-gen-florin.
#
#   scripts/generate.sh          writes it
#   scripts/generate.sh --check  compares it with what is committed; fails if that is stale
set -euo pipefail
cd "$(dirname "$0")/.."

# The descriptor protos that a protoc plugin reads: from libprotobuf-dev and libprotoc-dev.
system_protos=/usr/include
plugin_protos=(google/protobuf/descriptor.proto google/protobuf/compiler/plugin.proto)
test_protos=Tests/WireTests/proto
bench_protos=bench/proto

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

list_protos() { (cd "$1" && find . -name '*.proto' | sed 's|^\./||' | LC_ALL=C sort); }

# Copies the protos of folder $1 to $2, rewritten for protoc-c. The wire format stays the same.
#  - `string` becomes `bytes`: protoc-c makes a string a char *, which ends at the first NUL, while
#    bytes keep their length. UTF-8 is validated in Swift, since protobuf-c does not.
#  - A map becomes the repeated entry message that it is on the wire: its key may not be `bytes`.
#  - Services and options go: protobuf-c's service code would be of no use here, and the options'
#    descriptor.proto is compiled from its own place.
rewrite_protos() {
    local from=$1 to=$2 proto
    for proto in $(list_protos "$from"); do
        mkdir -p "$to/$(dirname "$proto")"
        perl -ne '
            $skipping = 1 if /^(service|extend) /;
            if ($skipping) { $skipping = 0 if /^\}|\{\}\s*$/; next }
            next if /^option /;
            next if m{^import "(google/protobuf/descriptor|florin/options/v1/options)\.proto";};
            if (/^(\s*)map<\s*(\w+),\s*([\w.]+)>\s+(\w+)( = \d+;.*)/) {
                my ($indent, $key, $value, $name, $rest) = ($1, $2, $3, $4, $5);
                my $entry = join("", map { ucfirst } split(/_/, $name)) . "Entry";
                s/^string$/bytes/ for $key, $value;
                print "${indent}message $entry { $key key = 1; $value value = 2; }\n";
                print "${indent}repeated $entry $name$rest\n";
                next;
            }
            s/^(\s*(?:repeated )?)string (?=\w+ = )/$1bytes /;
            print;
        ' "$from/$proto" >"$to/$proto"
    done
}

# Writes protoc-c's output for $3... below folder $1 to the sources of target folder $2: headers
# in include/, where the module map lists them.
generate_c() {
    local protos=$1 target=$2
    shift 2
    mkdir -p "$target/include"
    protoc-c -I "$protos" --c_out="$target" "$@"
    local header
    for header in $(cd "$target" && find . -path ./include -prune -o -name '*.pb-c.h' -print); do
        mkdir -p "$target/include/$(dirname "$header")"
        mv "$target/$header" "$target/include/$header"
    done
}

# A module map by hand: SwiftPM makes none for headers that lie in folders.
write_module_map() {
    local target=$1 module=$2
    {
        echo "// Made by scripts/generate.sh."
        echo "module $module {"
        (cd "$target/include" && find . -name '*.pb-c.h' | sed 's|^\./||' | LC_ALL=C sort) |
            sed 's|.*|    header "&"|'
        echo "    export *"
        echo "}"
    } >"$target/include/module.modulemap"
}

generate_all_c() {
    local out=$1
    rewrite_protos proto "$work/proto"
    generate_c "$work/proto" "$out/Sources/CMessages" $(list_protos proto)
    generate_c "$system_protos" "$out/Sources/CMessages" "${plugin_protos[@]}"
    write_module_map "$out/Sources/CMessages" CMessages

    rewrite_protos "$test_protos" "$work/test-proto"
    generate_c "$work/test-proto" "$out/Tests/CTestMessages" $(list_protos "$test_protos")
    write_module_map "$out/Tests/CTestMessages" CTestMessages

    rewrite_protos "$bench_protos" "$work/bench-proto"
    generate_c "$work/bench-proto" "$out/bench/rpc/CMessages" $(list_protos "$bench_protos")
    write_module_map "$out/bench/rpc/CMessages" CBenchMessages
}

# Runs protoc-gen-florin: folder of the protos, folder for its output, its options.
generate_swift() {
    local protos=$1 out=$2 options=$3
    mkdir -p "$out"
    protoc -I "$protos" -I proto -I "$system_protos" --plugin="protoc-gen-florin=$plugin" \
        --florin_out="$options:$out" $(list_protos "$protos")
    swift format --in-place --recursive --configuration .swift-format "$out"
}

# Every proto with what it imports, as text in a Swift file: what reflection hands out.
write_descriptors() {
    # shellcheck disable=SC2046 # names of protos have no spaces
    protoc -I proto -I "$system_protos" --include_imports \
        --descriptor_set_out="$work/descriptors.pb" $(list_protos proto)
    {
        echo "// Made by scripts/generate.sh from all protos."
        echo "// Do not edit: change these and run \`make proto\`."
        echo
        echo "/// Every proto of the system with what it imports."
        echo "package enum ProtoDescriptors {"
        echo "    /// A serialized \`google.protobuf.FileDescriptorSet\`, in base64."
        echo '    package static let base64 = """'
        base64 --wrap=96 "$work/descriptors.pb" | sed 's/^/        /; $!s/$/\\/'
        echo '        """'
        echo "}"
    } >"$1"
}

generate_all_swift() {
    local out=$1
    # shellcheck disable=SC2086 # several flags in one variable
    swift build ${SWIFT_BUILD_FLAGS:-} --product protoc-gen-florin
    # shellcheck disable=SC2086
    plugin="$(swift build ${SWIFT_BUILD_FLAGS:-} --show-bin-path)/protoc-gen-florin"
    generate_swift proto "$out/Sources/Messages/Generated" messages,c-module=CMessages
    generate_swift proto "$out/Sources/Stubs/Generated" stubs
    write_descriptors "$out/Sources/Stubs/Generated/Descriptors.swift"
    generate_swift "$test_protos" "$out/Tests/WireTests/Generated" messages,c-module=CTestMessages
    generate_swift "$bench_protos" "$out/bench/rpc/Messages/Generated" \
        messages,c-module=CBenchMessages
    generate_swift "$bench_protos" "$out/bench/rpc/Program/Generated" \
        stubs,messages-module=BenchMessages
}

generated=(
    Sources/CMessages Sources/Messages/Generated Sources/Stubs/Generated
    Tests/CTestMessages Tests/WireTests/Generated
    bench/rpc/CMessages bench/rpc/Messages/Generated bench/rpc/Program/Generated
)

# Puts the new generated folders $2... from below $1 in the place of the old ones.
install_generated() {
    local from=$1 folder
    shift
    for folder in "$@"; do
        rm -rf "$folder"
        mkdir -p "$(dirname "$folder")"
        cp -R "$from/$folder" "$folder"
    done
}

case "${1:-}" in
"")
    generate_all_c "$work/out"
    # The plugin is built from the C code: that has to be there first.
    install_generated "$work/out" Sources/CMessages Tests/CTestMessages
    generate_all_swift "$work/out"
    install_generated "$work/out" "${generated[@]}"
    ;;
--check)
    generate_all_c "$work/out"
    generate_all_swift "$work/out" >&2
    stale=0
    for folder in "${generated[@]}"; do
        diff -ru "$folder" "$work/out/$folder" || stale=1
    done
    if [ "$stale" -ne 0 ]; then
        echo "Generated code is stale (see above): run make proto and commit the result." >&2
        exit 1
    fi
    echo "Generated code is up to date."
    ;;
*)
    echo "usage: scripts/generate.sh [--check]" >&2
    exit 2
    ;;
esac
