extension Group {
    static let filter = Group(
        "Network Filter", "filter",
        [
            .nwfilterDefine,
            .nwfilterDumpxml,
            .nwfilterEdit,
            .nwfilterList,
            .nwfilterUndefine,
            .nwfilterBindingCreate,
            .nwfilterBindingDelete,
            .nwfilterBindingDumpxml,
            .nwfilterBindingList,
        ])
}
