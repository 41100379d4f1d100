extension Saga {
    /// The step that is done or undone next; empty once the saga has ended.
    package var currentStep: String {
        guard !status.isFinal else { return "" }
        let failed = steps.lastIndex { $0.status == .compensationFailed }
        let step = snapshot.isBackward ? stepToCompensate ?? failed : stepToExecute
        return step.map { definition.steps[$0].name } ?? ""
    }
}
