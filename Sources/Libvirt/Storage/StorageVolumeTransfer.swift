import CLibvirt

extension StorageVolume {
    /// Starts to write a stream's bytes into the volume from byte `offset` on; `length` 0 means up
    /// to the end of the stream. With `sparse`, the stream may contain holes.
    /// C: `virStorageVolUpload`.
    package func upload(
        from stream: borrowing DataStream, offset: UInt64, length: UInt64, sparse: Bool
    ) throws(LibvirtError) {
        try check(
            virStorageVolUpload(
                pointer, stream.pointer, offset, length,
                sparse ? VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM.rawValue : 0))
    }

    /// Starts to send the volume's bytes through a stream; see `upload`.
    /// C: `virStorageVolDownload`.
    package func download(
        to stream: borrowing DataStream, offset: UInt64, length: UInt64, sparse: Bool
    ) throws(LibvirtError) {
        try check(
            virStorageVolDownload(
                pointer, stream.pointer, offset, length,
                sparse ? VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM.rawValue : 0))
    }
}
