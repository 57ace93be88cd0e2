import CLibvirt

extension StorageVolume {
    /// Lets a stream's bytes flow into the volume from byte `offset` on; `length` 0 means to its
    /// end. `sparse` makes holes known. C: `virStorageVolUpload`.
    package func upload(
        from stream: borrowing DataStream, offset: UInt64, length: UInt64, sparse: Bool
    ) throws(LibvirtError) {
        try check(
            virStorageVolUpload(
                pointer, stream.pointer, offset, length,
                sparse ? VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM.rawValue : 0))
    }

    /// Lets the volume's bytes flow into a stream; see `upload`. C: `virStorageVolDownload`.
    package func download(
        to stream: borrowing DataStream, offset: UInt64, length: UInt64, sparse: Bool
    ) throws(LibvirtError) {
        try check(
            virStorageVolDownload(
                pointer, stream.pointer, offset, length,
                sparse ? VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM.rawValue : 0))
    }
}
