internal import ArgumentParser

/// Which saga an operator orders something, and why.
struct SagaOrderOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The saga.", valueName: "saga_...")) var saga: String
    @Option(help: "Why, up to 500 characters; kept in the operators' log.") var reason: String
}
