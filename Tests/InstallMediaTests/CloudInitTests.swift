import Testing

@testable import InstallMedia

@Suite struct CloudInitTests {
    @Test(arguments: [InstallVersion.v50, .v51])
    func writesKeysForAllUsers(_ version: InstallVersion) throws {
        let folder = try Folder()
        try folder.add("key", "ssh-ed25519 AAAA me\nmore\n")
        var data = CloudInit()
        data.rootSSHKey = "\(folder.path)/key"
        data.userSSHKey = "\(folder.path)/key"
        let file = try #require(try data.files(version).first { $0.name == "user-data" })
        #expect(
            String(decoding: file.bytes, as: UTF8.self) == """
                #cloud-config
                users:
                  - default
                  - name: root
                    ssh_authorized_keys:
                      - ssh-ed25519 AAAA me
                ssh_authorized_keys:
                  - ssh-ed25519 AAAA me

                """)
    }

    /// Version 5.1 has no file for what is not given, and keeps empty ones.
    @Test func writesOnlyWhatIsGiven() throws {
        let folder = try Folder()
        try folder.add("empty", "")
        var data = CloudInit()
        #expect(try data.files(.v50).map(\.name) == ["meta-data", "user-data"])
        #expect(try data.files(.v51).map(\.name) == ["user-data"])
        data.userData = "\(folder.path)/empty"
        data.networkConfig = "file://\(folder.path)/empty"
        #expect(try data.files(.v51).map(\.name) == ["user-data", "network-config"])
        data.metaData = "\(folder.path)/none"
        let error = #expect(throws: MediaError.self) { try data.files(.v51) }
        #expect(error?.message.hasPrefix("Couldn't acquire file \(folder.path)/none: ") == true)
        data.metaData = "https://host/meta-data"
        let nothing = URLPermission { _ in false }
        let denial = #expect(throws: MediaError.self) { try data.files(.v51, permits: nothing) }
        #expect(denial?.kind == .denied)
    }

    @Test func writesUserData() throws {
        let folder = try Folder()
        try folder.add("key", "ssh-ed25519 AAAA me\nmore\n")
        try folder.add("password", "secret\r\n")
        var data = CloudInit()
        let texts = { (data: CloudInit) in
            try data.files(.v41).map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }
        }
        #expect(try texts(data).map(\.0) == ["meta-data", "user-data"])
        #expect(try texts(data)[1].1 == "#cloud-config\n")
        data.generatesRootPassword = true
        data.disable = true
        #expect(data.generatedPassword.utf8.count == 16)
        #expect(
            try texts(data)[1].1 == """
                #cloud-config
                chpasswd:
                  list: |
                    root:\(data.generatedPassword)
                  expire: True
                runcmd:
                - echo "Disabled by virt-install" > /etc/cloud/cloud-init.disabled

                """)
        data = CloudInit()
        data.rootPasswordFile = "\(folder.path)/password"
        data.rootSSHKey = "\(folder.path)/key"
        data.userSSHKey = "\(folder.path)/key"
        #expect(
            try texts(data)[1].1 == """
                #cloud-config
                chpasswd:
                  list: |
                    root:secret
                  expire: False
                users:
                  - name: root
                    ssh-authorized-keys:
                      - ssh-ed25519 AAAA me
                  - ssh-authorized-keys: ssh-ed25519 AAAA me

                """)
        data.userData = "\(folder.path)/key"
        data.networkConfig = "\(folder.path)/password"
        #expect(try texts(data).map(\.0) == ["meta-data", "user-data", "network-config"])
        data.userData = "\(folder.path)/none"
        #expect(throws: MediaError.self) { try data.files(.v41) }
    }

    /// Of a guest on demand. YAML reads the escapes of JSON for such a character as two.
    @Test func seedHasKeysAsTheyAre() throws {
        let key = "ssh-ed25519 AAAA \u{1F600} \"é\\"
        let seed = GuestSeed(instance: "i", name: "n", userData: nil, sshKeys: [key])
        let shown = #""ssh-ed25519 AAAA \U0001f600 \"\U000000e9\\""#
        let files = seed.files.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(
            files == [
                "instance-id: \"i\"\nlocal-hostname: \"n\"\npublic-keys:\n  - \(shown)\n",
                """
                #cloud-config
                disable_root: false
                users:
                  - default
                  - name: root
                    ssh_authorized_keys:
                      - \(shown)

                """,
            ])
    }
}
