extension InstallOption {
    static let graphics = InstallOption(
        "graphics", at: "devices/graphics", makes: true, first: ["type"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device],
        table: """
            type @type call
            port - call
            tlsPort|tlsport - call
            websocket @websocket int
            listen - call
            keymap @keymap call
            password|passwd @passwd
            passwordValidTo|passwdValidTo @passwdValidTo
            connected @connected
            defaultMode @defaultMode
            listens#.type listen#/@type
            listens#.address listen#/@address
            listens#.network listen#/@network
            listens#.socket listen#/@socket
            image.compression|image_compression image/@compression
            streaming.mode|streaming_mode streaming/@mode
            clipboard.copypaste|clipboard_copypaste clipboard/@copypaste yesno
            mouse.mode|mouse_mode mouse/@mode
            filetransfer.enable|filetransfer_enable filetransfer/@enable yesno
            zlib.compression zlib/@compression
            gl.enable|gl gl/@enable yesno
            gl.rendernode|rendernode gl/@rendernode
            """)
}
