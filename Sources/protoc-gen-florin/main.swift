// protoc runs this with a CodeGeneratorRequest on standard input.
Plugin.main()
