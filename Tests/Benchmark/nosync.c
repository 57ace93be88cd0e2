/* A library to preload: fsync does nothing, so that its cost can be measured. */
int fsync(int descriptor) {
    (void)descriptor;
    return 0;
}
