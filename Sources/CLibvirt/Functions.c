/* Written by ../CLibrary/generate from the API description of libvirt 9.0.0, and include/newer.h. Do not edit. */

#include "functions.h"

#include "Table.h"

/* libvirt.so.0 */

#define FUNCTIONS(each) \
    each(libvirt, virConnectBaselineCPU) \
    each(libvirt, virConnectBaselineHypervisorCPU) \
    each(libvirt, virConnectClose) \
    each(libvirt, virConnectCompareCPU) \
    each(libvirt, virConnectCompareHypervisorCPU) \
    each(libvirt, virConnectDomainEventDeregister) \
    each(libvirt, virConnectDomainEventDeregisterAny) \
    each(libvirt, virConnectDomainEventRegister) \
    each(libvirt, virConnectDomainEventRegisterAny) \
    each(libvirt, virConnectDomainXMLFromNative) \
    each(libvirt, virConnectDomainXMLToNative) \
    each(libvirt, virConnectFindStoragePoolSources) \
    each(libvirt, virConnectGetAllDomainStats) \
    each(libvirt, virConnectGetCPUModelNames) \
    each(libvirt, virConnectGetCapabilities) \
    each(libvirt, virConnectGetDomainCapabilities) \
    each(libvirt, virConnectGetHostname) \
    each(libvirt, virConnectGetLibVersion) \
    each(libvirt, virConnectGetMaxVcpus) \
    each(libvirt, virConnectGetStoragePoolCapabilities) \
    each(libvirt, virConnectGetSysinfo) \
    each(libvirt, virConnectGetType) \
    each(libvirt, virConnectGetURI) \
    each(libvirt, virConnectGetVersion) \
    each(libvirt, virConnectIsAlive) \
    each(libvirt, virConnectIsEncrypted) \
    each(libvirt, virConnectIsSecure) \
    each(libvirt, virConnectListAllDomains) \
    each(libvirt, virConnectListAllInterfaces) \
    each(libvirt, virConnectListAllNWFilterBindings) \
    each(libvirt, virConnectListAllNWFilters) \
    each(libvirt, virConnectListAllNetworks) \
    each(libvirt, virConnectListAllNodeDevices) \
    each(libvirt, virConnectListAllSecrets) \
    each(libvirt, virConnectListAllStoragePools) \
    each(libvirt, virConnectListDefinedDomains) \
    each(libvirt, virConnectListDefinedInterfaces) \
    each(libvirt, virConnectListDefinedNetworks) \
    each(libvirt, virConnectListDefinedStoragePools) \
    each(libvirt, virConnectListDomains) \
    each(libvirt, virConnectListInterfaces) \
    each(libvirt, virConnectListNWFilters) \
    each(libvirt, virConnectListNetworks) \
    each(libvirt, virConnectListSecrets) \
    each(libvirt, virConnectListStoragePools) \
    each(libvirt, virConnectNetworkEventDeregisterAny) \
    each(libvirt, virConnectNetworkEventRegisterAny) \
    each(libvirt, virConnectNodeDeviceEventDeregisterAny) \
    each(libvirt, virConnectNodeDeviceEventRegisterAny) \
    each(libvirt, virConnectNumOfDefinedDomains) \
    each(libvirt, virConnectNumOfDefinedInterfaces) \
    each(libvirt, virConnectNumOfDefinedNetworks) \
    each(libvirt, virConnectNumOfDefinedStoragePools) \
    each(libvirt, virConnectNumOfDomains) \
    each(libvirt, virConnectNumOfInterfaces) \
    each(libvirt, virConnectNumOfNWFilters) \
    each(libvirt, virConnectNumOfNetworks) \
    each(libvirt, virConnectNumOfSecrets) \
    each(libvirt, virConnectNumOfStoragePools) \
    each(libvirt, virConnectOpen) \
    each(libvirt, virConnectOpenAuth) \
    each(libvirt, virConnectOpenReadOnly) \
    each(libvirt, virConnectRef) \
    each(libvirt, virConnectRegisterCloseCallback) \
    each(libvirt, virConnectSecretEventDeregisterAny) \
    each(libvirt, virConnectSecretEventRegisterAny) \
    each(libvirt, virConnectSetIdentity) \
    each(libvirt, virConnectSetKeepAlive) \
    each(libvirt, virConnectStoragePoolEventDeregisterAny) \
    each(libvirt, virConnectStoragePoolEventRegisterAny) \
    each(libvirt, virConnectUnregisterCloseCallback) \
    each(libvirt, virDomainAbortJob) \
    each(libvirt, virDomainAbortJobFlags) \
    each(libvirt, virDomainAddIOThread) \
    each(libvirt, virDomainAgentSetResponseTimeout) \
    each(libvirt, virDomainAttachDevice) \
    each(libvirt, virDomainAttachDeviceFlags) \
    each(libvirt, virDomainAuthorizedSSHKeysGet) \
    each(libvirt, virDomainAuthorizedSSHKeysSet) \
    each(libvirt, virDomainBackupBegin) \
    each(libvirt, virDomainBackupGetXMLDesc) \
    each(libvirt, virDomainBlockCommit) \
    each(libvirt, virDomainBlockCopy) \
    each(libvirt, virDomainBlockJobAbort) \
    each(libvirt, virDomainBlockJobSetSpeed) \
    each(libvirt, virDomainBlockPeek) \
    each(libvirt, virDomainBlockPull) \
    each(libvirt, virDomainBlockRebase) \
    each(libvirt, virDomainBlockResize) \
    each(libvirt, virDomainBlockStats) \
    each(libvirt, virDomainBlockStatsFlags) \
    each(libvirt, virDomainCheckpointCreateXML) \
    each(libvirt, virDomainCheckpointDelete) \
    each(libvirt, virDomainCheckpointFree) \
    each(libvirt, virDomainCheckpointGetConnect) \
    each(libvirt, virDomainCheckpointGetDomain) \
    each(libvirt, virDomainCheckpointGetName) \
    each(libvirt, virDomainCheckpointGetParent) \
    each(libvirt, virDomainCheckpointGetXMLDesc) \
    each(libvirt, virDomainCheckpointListAllChildren) \
    each(libvirt, virDomainCheckpointLookupByName) \
    each(libvirt, virDomainCheckpointRef) \
    each(libvirt, virDomainCoreDump) \
    each(libvirt, virDomainCoreDumpWithFormat) \
    each(libvirt, virDomainCreate) \
    each(libvirt, virDomainCreateLinux) \
    each(libvirt, virDomainCreateWithFiles) \
    each(libvirt, virDomainCreateWithFlags) \
    each(libvirt, virDomainCreateXML) \
    each(libvirt, virDomainCreateXMLWithFiles) \
    each(libvirt, virDomainDefineXML) \
    each(libvirt, virDomainDefineXMLFlags) \
    each(libvirt, virDomainDelIOThread) \
    each(libvirt, virDomainDestroy) \
    each(libvirt, virDomainDestroyFlags) \
    each(libvirt, virDomainDetachDevice) \
    each(libvirt, virDomainDetachDeviceAlias) \
    each(libvirt, virDomainDetachDeviceFlags) \
    each(libvirt, virDomainFDAssociate) \
    each(libvirt, virDomainFSFreeze) \
    each(libvirt, virDomainFSInfoFree) \
    each(libvirt, virDomainFSThaw) \
    each(libvirt, virDomainFSTrim) \
    each(libvirt, virDomainFree) \
    each(libvirt, virDomainGetAutostart) \
    each(libvirt, virDomainGetBlkioParameters) \
    each(libvirt, virDomainGetBlockInfo) \
    each(libvirt, virDomainGetBlockIoTune) \
    each(libvirt, virDomainGetBlockJobInfo) \
    each(libvirt, virDomainGetCPUStats) \
    each(libvirt, virDomainGetConnect) \
    each(libvirt, virDomainGetControlInfo) \
    each(libvirt, virDomainGetDiskErrors) \
    each(libvirt, virDomainGetEmulatorPinInfo) \
    each(libvirt, virDomainGetFSInfo) \
    each(libvirt, virDomainGetGuestInfo) \
    each(libvirt, virDomainGetGuestVcpus) \
    each(libvirt, virDomainGetHostname) \
    each(libvirt, virDomainGetID) \
    each(libvirt, virDomainGetIOThreadInfo) \
    each(libvirt, virDomainGetInfo) \
    each(libvirt, virDomainGetInterfaceParameters) \
    each(libvirt, virDomainGetJobInfo) \
    each(libvirt, virDomainGetJobStats) \
    each(libvirt, virDomainGetLaunchSecurityInfo) \
    each(libvirt, virDomainGetMaxMemory) \
    each(libvirt, virDomainGetMaxVcpus) \
    each(libvirt, virDomainGetMemoryParameters) \
    each(libvirt, virDomainGetMessages) \
    each(libvirt, virDomainGetMetadata) \
    each(libvirt, virDomainGetName) \
    each(libvirt, virDomainGetNumaParameters) \
    each(libvirt, virDomainGetOSType) \
    each(libvirt, virDomainGetPerfEvents) \
    each(libvirt, virDomainGetSchedulerParameters) \
    each(libvirt, virDomainGetSchedulerParametersFlags) \
    each(libvirt, virDomainGetSchedulerType) \
    each(libvirt, virDomainGetSecurityLabel) \
    each(libvirt, virDomainGetSecurityLabelList) \
    each(libvirt, virDomainGetState) \
    each(libvirt, virDomainGetTime) \
    each(libvirt, virDomainGetUUID) \
    each(libvirt, virDomainGetUUIDString) \
    each(libvirt, virDomainGetVcpuPinInfo) \
    each(libvirt, virDomainGetVcpus) \
    each(libvirt, virDomainGetVcpusFlags) \
    each(libvirt, virDomainGetXMLDesc) \
    each(libvirt, virDomainHasCurrentSnapshot) \
    each(libvirt, virDomainHasManagedSaveImage) \
    each(libvirt, virDomainIOThreadInfoFree) \
    each(libvirt, virDomainInjectNMI) \
    each(libvirt, virDomainInterfaceAddresses) \
    each(libvirt, virDomainInterfaceFree) \
    each(libvirt, virDomainInterfaceStats) \
    each(libvirt, virDomainIsActive) \
    each(libvirt, virDomainIsPersistent) \
    each(libvirt, virDomainIsUpdated) \
    each(libvirt, virDomainListAllCheckpoints) \
    each(libvirt, virDomainListAllSnapshots) \
    each(libvirt, virDomainListGetStats) \
    each(libvirt, virDomainLookupByID) \
    each(libvirt, virDomainLookupByName) \
    each(libvirt, virDomainLookupByUUID) \
    each(libvirt, virDomainLookupByUUIDString) \
    each(libvirt, virDomainManagedSave) \
    each(libvirt, virDomainManagedSaveDefineXML) \
    each(libvirt, virDomainManagedSaveGetXMLDesc) \
    each(libvirt, virDomainManagedSaveRemove) \
    each(libvirt, virDomainMemoryPeek) \
    each(libvirt, virDomainMemoryStats) \
    each(libvirt, virDomainMigrate) \
    each(libvirt, virDomainMigrate2) \
    each(libvirt, virDomainMigrate3) \
    each(libvirt, virDomainMigrateGetCompressionCache) \
    each(libvirt, virDomainMigrateGetMaxDowntime) \
    each(libvirt, virDomainMigrateGetMaxSpeed) \
    each(libvirt, virDomainMigrateSetCompressionCache) \
    each(libvirt, virDomainMigrateSetMaxDowntime) \
    each(libvirt, virDomainMigrateSetMaxSpeed) \
    each(libvirt, virDomainMigrateStartPostCopy) \
    each(libvirt, virDomainMigrateToURI) \
    each(libvirt, virDomainMigrateToURI2) \
    each(libvirt, virDomainMigrateToURI3) \
    each(libvirt, virDomainOpenChannel) \
    each(libvirt, virDomainOpenConsole) \
    each(libvirt, virDomainOpenGraphics) \
    each(libvirt, virDomainOpenGraphicsFD) \
    each(libvirt, virDomainPMSuspendForDuration) \
    each(libvirt, virDomainPMWakeup) \
    each(libvirt, virDomainPinEmulator) \
    each(libvirt, virDomainPinIOThread) \
    each(libvirt, virDomainPinVcpu) \
    each(libvirt, virDomainPinVcpuFlags) \
    each(libvirt, virDomainReboot) \
    each(libvirt, virDomainRef) \
    each(libvirt, virDomainRename) \
    each(libvirt, virDomainReset) \
    each(libvirt, virDomainRestore) \
    each(libvirt, virDomainRestoreFlags) \
    each(libvirt, virDomainRestoreParams) \
    each(libvirt, virDomainResume) \
    each(libvirt, virDomainRevertToSnapshot) \
    each(libvirt, virDomainSave) \
    each(libvirt, virDomainSaveFlags) \
    each(libvirt, virDomainSaveImageDefineXML) \
    each(libvirt, virDomainSaveImageGetXMLDesc) \
    each(libvirt, virDomainSaveParams) \
    each(libvirt, virDomainScreenshot) \
    each(libvirt, virDomainSendKey) \
    each(libvirt, virDomainSendProcessSignal) \
    each(libvirt, virDomainSetAutostart) \
    each(libvirt, virDomainSetBlkioParameters) \
    each(libvirt, virDomainSetBlockIoTune) \
    each(libvirt, virDomainSetBlockThreshold) \
    each(libvirt, virDomainSetGuestVcpus) \
    each(libvirt, virDomainSetIOThreadParams) \
    each(libvirt, virDomainSetInterfaceParameters) \
    each(libvirt, virDomainSetLaunchSecurityState) \
    each(libvirt, virDomainSetLifecycleAction) \
    each(libvirt, virDomainSetMaxMemory) \
    each(libvirt, virDomainSetMemory) \
    each(libvirt, virDomainSetMemoryFlags) \
    each(libvirt, virDomainSetMemoryParameters) \
    each(libvirt, virDomainSetMemoryStatsPeriod) \
    each(libvirt, virDomainSetMetadata) \
    each(libvirt, virDomainSetNumaParameters) \
    each(libvirt, virDomainSetPerfEvents) \
    each(libvirt, virDomainSetSchedulerParameters) \
    each(libvirt, virDomainSetSchedulerParametersFlags) \
    each(libvirt, virDomainSetTime) \
    each(libvirt, virDomainSetUserPassword) \
    each(libvirt, virDomainSetVcpu) \
    each(libvirt, virDomainSetVcpus) \
    each(libvirt, virDomainSetVcpusFlags) \
    each(libvirt, virDomainShutdown) \
    each(libvirt, virDomainShutdownFlags) \
    each(libvirt, virDomainSnapshotCreateXML) \
    each(libvirt, virDomainSnapshotCurrent) \
    each(libvirt, virDomainSnapshotDelete) \
    each(libvirt, virDomainSnapshotFree) \
    each(libvirt, virDomainSnapshotGetConnect) \
    each(libvirt, virDomainSnapshotGetDomain) \
    each(libvirt, virDomainSnapshotGetName) \
    each(libvirt, virDomainSnapshotGetParent) \
    each(libvirt, virDomainSnapshotGetXMLDesc) \
    each(libvirt, virDomainSnapshotHasMetadata) \
    each(libvirt, virDomainSnapshotIsCurrent) \
    each(libvirt, virDomainSnapshotListAllChildren) \
    each(libvirt, virDomainSnapshotListChildrenNames) \
    each(libvirt, virDomainSnapshotListNames) \
    each(libvirt, virDomainSnapshotLookupByName) \
    each(libvirt, virDomainSnapshotNum) \
    each(libvirt, virDomainSnapshotNumChildren) \
    each(libvirt, virDomainSnapshotRef) \
    each(libvirt, virDomainStartDirtyRateCalc) \
    each(libvirt, virDomainStatsRecordListFree) \
    each(libvirt, virDomainSuspend) \
    each(libvirt, virDomainUndefine) \
    each(libvirt, virDomainUndefineFlags) \
    each(libvirt, virDomainUpdateDeviceFlags) \
    each(libvirt, virEventAddHandle) \
    each(libvirt, virEventAddTimeout) \
    each(libvirt, virEventRegisterDefaultImpl) \
    each(libvirt, virEventRegisterImpl) \
    each(libvirt, virEventRemoveHandle) \
    each(libvirt, virEventRemoveTimeout) \
    each(libvirt, virEventRunDefaultImpl) \
    each(libvirt, virEventUpdateHandle) \
    each(libvirt, virEventUpdateTimeout) \
    each(libvirt, virGetLastError) \
    each(libvirt, virGetVersion) \
    each(libvirt, virInitialize) \
    each(libvirt, virInterfaceChangeBegin) \
    each(libvirt, virInterfaceChangeCommit) \
    each(libvirt, virInterfaceChangeRollback) \
    each(libvirt, virInterfaceCreate) \
    each(libvirt, virInterfaceDefineXML) \
    each(libvirt, virInterfaceDestroy) \
    each(libvirt, virInterfaceFree) \
    each(libvirt, virInterfaceGetConnect) \
    each(libvirt, virInterfaceGetMACString) \
    each(libvirt, virInterfaceGetName) \
    each(libvirt, virInterfaceGetXMLDesc) \
    each(libvirt, virInterfaceIsActive) \
    each(libvirt, virInterfaceLookupByMACString) \
    each(libvirt, virInterfaceLookupByName) \
    each(libvirt, virInterfaceRef) \
    each(libvirt, virInterfaceUndefine) \
    each(libvirt, virNWFilterBindingCreateXML) \
    each(libvirt, virNWFilterBindingDelete) \
    each(libvirt, virNWFilterBindingFree) \
    each(libvirt, virNWFilterBindingGetFilterName) \
    each(libvirt, virNWFilterBindingGetPortDev) \
    each(libvirt, virNWFilterBindingGetXMLDesc) \
    each(libvirt, virNWFilterBindingLookupByPortDev) \
    each(libvirt, virNWFilterBindingRef) \
    each(libvirt, virNWFilterDefineXML) \
    each(libvirt, virNWFilterDefineXMLFlags) \
    each(libvirt, virNWFilterFree) \
    each(libvirt, virNWFilterGetName) \
    each(libvirt, virNWFilterGetUUID) \
    each(libvirt, virNWFilterGetUUIDString) \
    each(libvirt, virNWFilterGetXMLDesc) \
    each(libvirt, virNWFilterLookupByName) \
    each(libvirt, virNWFilterLookupByUUID) \
    each(libvirt, virNWFilterLookupByUUIDString) \
    each(libvirt, virNWFilterRef) \
    each(libvirt, virNWFilterUndefine) \
    each(libvirt, virNetworkCreate) \
    each(libvirt, virNetworkCreateXML) \
    each(libvirt, virNetworkCreateXMLFlags) \
    each(libvirt, virNetworkDHCPLeaseFree) \
    each(libvirt, virNetworkDefineXML) \
    each(libvirt, virNetworkDefineXMLFlags) \
    each(libvirt, virNetworkDestroy) \
    each(libvirt, virNetworkFree) \
    each(libvirt, virNetworkGetAutostart) \
    each(libvirt, virNetworkGetBridgeName) \
    each(libvirt, virNetworkGetConnect) \
    each(libvirt, virNetworkGetDHCPLeases) \
    each(libvirt, virNetworkGetName) \
    each(libvirt, virNetworkGetUUID) \
    each(libvirt, virNetworkGetUUIDString) \
    each(libvirt, virNetworkGetXMLDesc) \
    each(libvirt, virNetworkIsActive) \
    each(libvirt, virNetworkIsPersistent) \
    each(libvirt, virNetworkListAllPorts) \
    each(libvirt, virNetworkLookupByName) \
    each(libvirt, virNetworkLookupByUUID) \
    each(libvirt, virNetworkLookupByUUIDString) \
    each(libvirt, virNetworkPortCreateXML) \
    each(libvirt, virNetworkPortDelete) \
    each(libvirt, virNetworkPortFree) \
    each(libvirt, virNetworkPortGetNetwork) \
    each(libvirt, virNetworkPortGetParameters) \
    each(libvirt, virNetworkPortGetUUID) \
    each(libvirt, virNetworkPortGetUUIDString) \
    each(libvirt, virNetworkPortGetXMLDesc) \
    each(libvirt, virNetworkPortLookupByUUID) \
    each(libvirt, virNetworkPortLookupByUUIDString) \
    each(libvirt, virNetworkPortRef) \
    each(libvirt, virNetworkPortSetParameters) \
    each(libvirt, virNetworkRef) \
    each(libvirt, virNetworkSetAutostart) \
    each(libvirt, virNetworkUndefine) \
    each(libvirt, virNetworkUpdate) \
    each(libvirt, virNodeAllocPages) \
    each(libvirt, virNodeDeviceCreate) \
    each(libvirt, virNodeDeviceCreateXML) \
    each(libvirt, virNodeDeviceDefineXML) \
    each(libvirt, virNodeDeviceDestroy) \
    each(libvirt, virNodeDeviceDetachFlags) \
    each(libvirt, virNodeDeviceDettach) \
    each(libvirt, virNodeDeviceFree) \
    each(libvirt, virNodeDeviceGetAutostart) \
    each(libvirt, virNodeDeviceGetName) \
    each(libvirt, virNodeDeviceGetParent) \
    each(libvirt, virNodeDeviceGetXMLDesc) \
    each(libvirt, virNodeDeviceIsActive) \
    each(libvirt, virNodeDeviceIsPersistent) \
    each(libvirt, virNodeDeviceListCaps) \
    each(libvirt, virNodeDeviceLookupByName) \
    each(libvirt, virNodeDeviceLookupSCSIHostByWWN) \
    each(libvirt, virNodeDeviceNumOfCaps) \
    each(libvirt, virNodeDeviceReAttach) \
    each(libvirt, virNodeDeviceRef) \
    each(libvirt, virNodeDeviceReset) \
    each(libvirt, virNodeDeviceSetAutostart) \
    each(libvirt, virNodeDeviceUndefine) \
    each(libvirt, virNodeGetCPUMap) \
    each(libvirt, virNodeGetCPUStats) \
    each(libvirt, virNodeGetCellsFreeMemory) \
    each(libvirt, virNodeGetFreeMemory) \
    each(libvirt, virNodeGetFreePages) \
    each(libvirt, virNodeGetInfo) \
    each(libvirt, virNodeGetMemoryParameters) \
    each(libvirt, virNodeGetMemoryStats) \
    each(libvirt, virNodeGetSEVInfo) \
    each(libvirt, virNodeGetSecurityModel) \
    each(libvirt, virNodeListDevices) \
    each(libvirt, virNodeNumOfDevices) \
    each(libvirt, virNodeSetMemoryParameters) \
    each(libvirt, virNodeSuspendForDuration) \
    each(libvirt, virResetLastError) \
    each(libvirt, virSecretDefineXML) \
    each(libvirt, virSecretFree) \
    each(libvirt, virSecretGetConnect) \
    each(libvirt, virSecretGetUUID) \
    each(libvirt, virSecretGetUUIDString) \
    each(libvirt, virSecretGetUsageID) \
    each(libvirt, virSecretGetUsageType) \
    each(libvirt, virSecretGetValue) \
    each(libvirt, virSecretGetXMLDesc) \
    each(libvirt, virSecretLookupByUUID) \
    each(libvirt, virSecretLookupByUUIDString) \
    each(libvirt, virSecretLookupByUsage) \
    each(libvirt, virSecretRef) \
    each(libvirt, virSecretSetValue) \
    each(libvirt, virSecretUndefine) \
    each(libvirt, virSetErrorFunc) \
    each(libvirt, virStoragePoolBuild) \
    each(libvirt, virStoragePoolCreate) \
    each(libvirt, virStoragePoolCreateXML) \
    each(libvirt, virStoragePoolDefineXML) \
    each(libvirt, virStoragePoolDelete) \
    each(libvirt, virStoragePoolDestroy) \
    each(libvirt, virStoragePoolFree) \
    each(libvirt, virStoragePoolGetAutostart) \
    each(libvirt, virStoragePoolGetConnect) \
    each(libvirt, virStoragePoolGetInfo) \
    each(libvirt, virStoragePoolGetName) \
    each(libvirt, virStoragePoolGetUUID) \
    each(libvirt, virStoragePoolGetUUIDString) \
    each(libvirt, virStoragePoolGetXMLDesc) \
    each(libvirt, virStoragePoolIsActive) \
    each(libvirt, virStoragePoolIsPersistent) \
    each(libvirt, virStoragePoolListAllVolumes) \
    each(libvirt, virStoragePoolListVolumes) \
    each(libvirt, virStoragePoolLookupByName) \
    each(libvirt, virStoragePoolLookupByTargetPath) \
    each(libvirt, virStoragePoolLookupByUUID) \
    each(libvirt, virStoragePoolLookupByUUIDString) \
    each(libvirt, virStoragePoolLookupByVolume) \
    each(libvirt, virStoragePoolNumOfVolumes) \
    each(libvirt, virStoragePoolRef) \
    each(libvirt, virStoragePoolRefresh) \
    each(libvirt, virStoragePoolSetAutostart) \
    each(libvirt, virStoragePoolUndefine) \
    each(libvirt, virStorageVolCreateXML) \
    each(libvirt, virStorageVolCreateXMLFrom) \
    each(libvirt, virStorageVolDelete) \
    each(libvirt, virStorageVolDownload) \
    each(libvirt, virStorageVolFree) \
    each(libvirt, virStorageVolGetConnect) \
    each(libvirt, virStorageVolGetInfo) \
    each(libvirt, virStorageVolGetInfoFlags) \
    each(libvirt, virStorageVolGetKey) \
    each(libvirt, virStorageVolGetName) \
    each(libvirt, virStorageVolGetPath) \
    each(libvirt, virStorageVolGetXMLDesc) \
    each(libvirt, virStorageVolLookupByKey) \
    each(libvirt, virStorageVolLookupByName) \
    each(libvirt, virStorageVolLookupByPath) \
    each(libvirt, virStorageVolRef) \
    each(libvirt, virStorageVolResize) \
    each(libvirt, virStorageVolUpload) \
    each(libvirt, virStorageVolWipe) \
    each(libvirt, virStorageVolWipePattern) \
    each(libvirt, virStreamAbort) \
    each(libvirt, virStreamEventAddCallback) \
    each(libvirt, virStreamEventRemoveCallback) \
    each(libvirt, virStreamEventUpdateCallback) \
    each(libvirt, virStreamFinish) \
    each(libvirt, virStreamFree) \
    each(libvirt, virStreamNew) \
    each(libvirt, virStreamRecv) \
    each(libvirt, virStreamRecvAll) \
    each(libvirt, virStreamRecvFlags) \
    each(libvirt, virStreamRecvHole) \
    each(libvirt, virStreamRef) \
    each(libvirt, virStreamSend) \
    each(libvirt, virStreamSendAll) \
    each(libvirt, virStreamSendHole) \
    each(libvirt, virStreamSparseRecvAll) \
    each(libvirt, virStreamSparseSendAll) \
    each(libvirt, virTypedParamsAddBoolean) \
    each(libvirt, virTypedParamsAddDouble) \
    each(libvirt, virTypedParamsAddFromString) \
    each(libvirt, virTypedParamsAddInt) \
    each(libvirt, virTypedParamsAddLLong) \
    each(libvirt, virTypedParamsAddString) \
    each(libvirt, virTypedParamsAddStringList) \
    each(libvirt, virTypedParamsAddUInt) \
    each(libvirt, virTypedParamsAddULLong) \
    each(libvirt, virTypedParamsClear) \
    each(libvirt, virTypedParamsFree) \
    each(libvirt, virTypedParamsGet) \
    each(libvirt, virTypedParamsGetBoolean) \
    each(libvirt, virTypedParamsGetDouble) \
    each(libvirt, virTypedParamsGetInt) \
    each(libvirt, virTypedParamsGetLLong) \
    each(libvirt, virTypedParamsGetString) \
    each(libvirt, virTypedParamsGetUInt) \
    each(libvirt, virTypedParamsGetULLong) \
    each(libvirt, virNetworkGetMetadata) \
    each(libvirt, virNetworkSetMetadata) \
    each(libvirt, virNodeDeviceUpdate) \
    each(libvirt, virDomainGraphicsReload) \
    each(libvirt, virDomainDelThrottleGroup) \
    each(libvirt, virDomainGetAutostartOnce) \
    each(libvirt, virDomainSetAutostartOnce) \
    each(libvirt, virDomainSetThrottleGroup) \
    each(libvirt, virDomainAnnounceInterface)
enum { FUNCTIONS(NUMBER) };
TABLE(libvirt, 513, "libvirt0 or libvirt-libs",
    true, atex_libvirt_loaded, atex_libvirt_absent, "libvirt.so.0");
#undef FUNCTIONS

const char *atex_libvirt_problem(void) {
    return atex_library_load(&libvirt);
}

bool atex_libvirt_is_loaded(void) {
    return atex_library_is_loaded(&libvirt);
}

HIDDEN char *virConnectBaselineCPU(virConnectPtr conn, const char **xmlCPUs, unsigned int ncpus,
    unsigned int flags) {
    CALL(libvirt, virConnectBaselineCPU, NULL, (conn, xmlCPUs, ncpus, flags))
}

HIDDEN char *virConnectBaselineHypervisorCPU(virConnectPtr conn, const char *emulator, const char
    *arch, const char *machine, const char *virttype, const char **xmlCPUs, unsigned int ncpus,
    unsigned int flags) {
    CALL(libvirt, virConnectBaselineHypervisorCPU, NULL, (conn, emulator, arch, machine, virttype,
        xmlCPUs, ncpus, flags))
}

HIDDEN int virConnectClose(virConnectPtr conn) {
    CALL(libvirt, virConnectClose, -1, (conn))
}

HIDDEN int virConnectCompareCPU(virConnectPtr conn, const char *xmlDesc, unsigned int flags) {
    CALL(libvirt, virConnectCompareCPU, -1, (conn, xmlDesc, flags))
}

HIDDEN int virConnectCompareHypervisorCPU(virConnectPtr conn, const char *emulator, const char
    *arch, const char *machine, const char *virttype, const char *xmlCPU, unsigned int flags) {
    CALL(libvirt, virConnectCompareHypervisorCPU, -1, (conn, emulator, arch, machine, virttype, xmlCPU,
        flags))
}

HIDDEN int virConnectDomainEventDeregister(virConnectPtr conn, virConnectDomainEventCallback cb) {
    CALL(libvirt, virConnectDomainEventDeregister, -1, (conn, cb))
}

HIDDEN int virConnectDomainEventDeregisterAny(virConnectPtr conn, int callbackID) {
    CALL(libvirt, virConnectDomainEventDeregisterAny, -1, (conn, callbackID))
}

HIDDEN int virConnectDomainEventRegister(virConnectPtr conn, virConnectDomainEventCallback cb, void
    *opaque, virFreeCallback freecb) {
    CALL(libvirt, virConnectDomainEventRegister, -1, (conn, cb, opaque, freecb))
}

HIDDEN int virConnectDomainEventRegisterAny(virConnectPtr conn, virDomainPtr dom, int eventID,
    virConnectDomainEventGenericCallback cb, void *opaque, virFreeCallback freecb) {
    CALL(libvirt, virConnectDomainEventRegisterAny, -1, (conn, dom, eventID, cb, opaque, freecb))
}

HIDDEN char *virConnectDomainXMLFromNative(virConnectPtr conn, const char *nativeFormat, const char
    *nativeConfig, unsigned int flags) {
    CALL(libvirt, virConnectDomainXMLFromNative, NULL, (conn, nativeFormat, nativeConfig, flags))
}

HIDDEN char *virConnectDomainXMLToNative(virConnectPtr conn, const char *nativeFormat, const char
    *domainXml, unsigned int flags) {
    CALL(libvirt, virConnectDomainXMLToNative, NULL, (conn, nativeFormat, domainXml, flags))
}

HIDDEN char *virConnectFindStoragePoolSources(virConnectPtr conn, const char *type, const char
    *srcSpec, unsigned int flags) {
    CALL(libvirt, virConnectFindStoragePoolSources, NULL, (conn, type, srcSpec, flags))
}

HIDDEN int virConnectGetAllDomainStats(virConnectPtr conn, unsigned int stats,
    virDomainStatsRecordPtr **retStats, unsigned int flags) {
    CALL(libvirt, virConnectGetAllDomainStats, -1, (conn, stats, retStats, flags))
}

HIDDEN int virConnectGetCPUModelNames(virConnectPtr conn, const char *arch, char ***models, unsigned
    int flags) {
    CALL(libvirt, virConnectGetCPUModelNames, -1, (conn, arch, models, flags))
}

HIDDEN char *virConnectGetCapabilities(virConnectPtr conn) {
    CALL(libvirt, virConnectGetCapabilities, NULL, (conn))
}

HIDDEN char *virConnectGetDomainCapabilities(virConnectPtr conn, const char *emulatorbin, const char
    *arch, const char *machine, const char *virttype, unsigned int flags) {
    CALL(libvirt, virConnectGetDomainCapabilities, NULL, (conn, emulatorbin, arch, machine, virttype,
        flags))
}

HIDDEN char *virConnectGetHostname(virConnectPtr conn) {
    CALL(libvirt, virConnectGetHostname, NULL, (conn))
}

HIDDEN int virConnectGetLibVersion(virConnectPtr conn, unsigned long *libVer) {
    CALL(libvirt, virConnectGetLibVersion, -1, (conn, libVer))
}

HIDDEN int virConnectGetMaxVcpus(virConnectPtr conn, const char *type) {
    CALL(libvirt, virConnectGetMaxVcpus, -1, (conn, type))
}

HIDDEN char *virConnectGetStoragePoolCapabilities(virConnectPtr conn, unsigned int flags) {
    CALL(libvirt, virConnectGetStoragePoolCapabilities, NULL, (conn, flags))
}

HIDDEN char *virConnectGetSysinfo(virConnectPtr conn, unsigned int flags) {
    CALL(libvirt, virConnectGetSysinfo, NULL, (conn, flags))
}

HIDDEN const char *virConnectGetType(virConnectPtr conn) {
    CALL(libvirt, virConnectGetType, NULL, (conn))
}

HIDDEN char *virConnectGetURI(virConnectPtr conn) {
    CALL(libvirt, virConnectGetURI, NULL, (conn))
}

HIDDEN int virConnectGetVersion(virConnectPtr conn, unsigned long *hvVer) {
    CALL(libvirt, virConnectGetVersion, -1, (conn, hvVer))
}

HIDDEN int virConnectIsAlive(virConnectPtr conn) {
    CALL(libvirt, virConnectIsAlive, -1, (conn))
}

HIDDEN int virConnectIsEncrypted(virConnectPtr conn) {
    CALL(libvirt, virConnectIsEncrypted, -1, (conn))
}

HIDDEN int virConnectIsSecure(virConnectPtr conn) {
    CALL(libvirt, virConnectIsSecure, -1, (conn))
}

HIDDEN int virConnectListAllDomains(virConnectPtr conn, virDomainPtr **domains, unsigned int flags)
    {
    CALL(libvirt, virConnectListAllDomains, -1, (conn, domains, flags))
}

HIDDEN int virConnectListAllInterfaces(virConnectPtr conn, virInterfacePtr **ifaces, unsigned int
    flags) {
    CALL(libvirt, virConnectListAllInterfaces, -1, (conn, ifaces, flags))
}

HIDDEN int virConnectListAllNWFilterBindings(virConnectPtr conn, virNWFilterBindingPtr **bindings,
    unsigned int flags) {
    CALL(libvirt, virConnectListAllNWFilterBindings, -1, (conn, bindings, flags))
}

HIDDEN int virConnectListAllNWFilters(virConnectPtr conn, virNWFilterPtr **filters, unsigned int
    flags) {
    CALL(libvirt, virConnectListAllNWFilters, -1, (conn, filters, flags))
}

HIDDEN int virConnectListAllNetworks(virConnectPtr conn, virNetworkPtr **nets, unsigned int flags) {
    CALL(libvirt, virConnectListAllNetworks, -1, (conn, nets, flags))
}

HIDDEN int virConnectListAllNodeDevices(virConnectPtr conn, virNodeDevicePtr **devices, unsigned int
    flags) {
    CALL(libvirt, virConnectListAllNodeDevices, -1, (conn, devices, flags))
}

HIDDEN int virConnectListAllSecrets(virConnectPtr conn, virSecretPtr **secrets, unsigned int flags)
    {
    CALL(libvirt, virConnectListAllSecrets, -1, (conn, secrets, flags))
}

HIDDEN int virConnectListAllStoragePools(virConnectPtr conn, virStoragePoolPtr **pools, unsigned int
    flags) {
    CALL(libvirt, virConnectListAllStoragePools, -1, (conn, pools, flags))
}

HIDDEN int virConnectListDefinedDomains(virConnectPtr conn, char ** const names, int maxnames) {
    CALL(libvirt, virConnectListDefinedDomains, -1, (conn, names, maxnames))
}

HIDDEN int virConnectListDefinedInterfaces(virConnectPtr conn, char ** const names, int maxnames) {
    CALL(libvirt, virConnectListDefinedInterfaces, -1, (conn, names, maxnames))
}

HIDDEN int virConnectListDefinedNetworks(virConnectPtr conn, char ** const names, int maxnames) {
    CALL(libvirt, virConnectListDefinedNetworks, -1, (conn, names, maxnames))
}

HIDDEN int virConnectListDefinedStoragePools(virConnectPtr conn, char ** const names, int maxnames)
    {
    CALL(libvirt, virConnectListDefinedStoragePools, -1, (conn, names, maxnames))
}

HIDDEN int virConnectListDomains(virConnectPtr conn, int *ids, int maxids) {
    CALL(libvirt, virConnectListDomains, -1, (conn, ids, maxids))
}

HIDDEN int virConnectListInterfaces(virConnectPtr conn, char ** const names, int maxnames) {
    CALL(libvirt, virConnectListInterfaces, -1, (conn, names, maxnames))
}

HIDDEN int virConnectListNWFilters(virConnectPtr conn, char ** const names, int maxnames) {
    CALL(libvirt, virConnectListNWFilters, -1, (conn, names, maxnames))
}

HIDDEN int virConnectListNetworks(virConnectPtr conn, char ** const names, int maxnames) {
    CALL(libvirt, virConnectListNetworks, -1, (conn, names, maxnames))
}

HIDDEN int virConnectListSecrets(virConnectPtr conn, char **uuids, int maxuuids) {
    CALL(libvirt, virConnectListSecrets, -1, (conn, uuids, maxuuids))
}

HIDDEN int virConnectListStoragePools(virConnectPtr conn, char ** const names, int maxnames) {
    CALL(libvirt, virConnectListStoragePools, -1, (conn, names, maxnames))
}

HIDDEN int virConnectNetworkEventDeregisterAny(virConnectPtr conn, int callbackID) {
    CALL(libvirt, virConnectNetworkEventDeregisterAny, -1, (conn, callbackID))
}

HIDDEN int virConnectNetworkEventRegisterAny(virConnectPtr conn, virNetworkPtr net, int eventID,
    virConnectNetworkEventGenericCallback cb, void *opaque, virFreeCallback freecb) {
    CALL(libvirt, virConnectNetworkEventRegisterAny, -1, (conn, net, eventID, cb, opaque, freecb))
}

HIDDEN int virConnectNodeDeviceEventDeregisterAny(virConnectPtr conn, int callbackID) {
    CALL(libvirt, virConnectNodeDeviceEventDeregisterAny, -1, (conn, callbackID))
}

HIDDEN int virConnectNodeDeviceEventRegisterAny(virConnectPtr conn, virNodeDevicePtr dev, int
    eventID, virConnectNodeDeviceEventGenericCallback cb, void *opaque, virFreeCallback freecb) {
    CALL(libvirt, virConnectNodeDeviceEventRegisterAny, -1, (conn, dev, eventID, cb, opaque, freecb))
}

HIDDEN int virConnectNumOfDefinedDomains(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfDefinedDomains, -1, (conn))
}

HIDDEN int virConnectNumOfDefinedInterfaces(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfDefinedInterfaces, -1, (conn))
}

HIDDEN int virConnectNumOfDefinedNetworks(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfDefinedNetworks, -1, (conn))
}

HIDDEN int virConnectNumOfDefinedStoragePools(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfDefinedStoragePools, -1, (conn))
}

HIDDEN int virConnectNumOfDomains(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfDomains, -1, (conn))
}

HIDDEN int virConnectNumOfInterfaces(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfInterfaces, -1, (conn))
}

HIDDEN int virConnectNumOfNWFilters(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfNWFilters, -1, (conn))
}

HIDDEN int virConnectNumOfNetworks(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfNetworks, -1, (conn))
}

HIDDEN int virConnectNumOfSecrets(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfSecrets, -1, (conn))
}

HIDDEN int virConnectNumOfStoragePools(virConnectPtr conn) {
    CALL(libvirt, virConnectNumOfStoragePools, -1, (conn))
}

HIDDEN virConnectPtr virConnectOpen(const char *name) {
    CALL(libvirt, virConnectOpen, NULL, (name))
}

HIDDEN virConnectPtr virConnectOpenAuth(const char *name, virConnectAuthPtr auth, unsigned int
    flags) {
    CALL(libvirt, virConnectOpenAuth, NULL, (name, auth, flags))
}

HIDDEN virConnectPtr virConnectOpenReadOnly(const char *name) {
    CALL(libvirt, virConnectOpenReadOnly, NULL, (name))
}

HIDDEN int virConnectRef(virConnectPtr conn) {
    CALL(libvirt, virConnectRef, -1, (conn))
}

HIDDEN int virConnectRegisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb, void *opaque,
    virFreeCallback freecb) {
    CALL(libvirt, virConnectRegisterCloseCallback, -1, (conn, cb, opaque, freecb))
}

HIDDEN int virConnectSecretEventDeregisterAny(virConnectPtr conn, int callbackID) {
    CALL(libvirt, virConnectSecretEventDeregisterAny, -1, (conn, callbackID))
}

HIDDEN int virConnectSecretEventRegisterAny(virConnectPtr conn, virSecretPtr secret, int eventID,
    virConnectSecretEventGenericCallback cb, void *opaque, virFreeCallback freecb) {
    CALL(libvirt, virConnectSecretEventRegisterAny, -1, (conn, secret, eventID, cb, opaque, freecb))
}

HIDDEN int virConnectSetIdentity(virConnectPtr conn, virTypedParameterPtr params, int nparams,
    unsigned int flags) {
    CALL(libvirt, virConnectSetIdentity, -1, (conn, params, nparams, flags))
}

HIDDEN int virConnectSetKeepAlive(virConnectPtr conn, int interval, unsigned int count) {
    CALL(libvirt, virConnectSetKeepAlive, -1, (conn, interval, count))
}

HIDDEN int virConnectStoragePoolEventDeregisterAny(virConnectPtr conn, int callbackID) {
    CALL(libvirt, virConnectStoragePoolEventDeregisterAny, -1, (conn, callbackID))
}

HIDDEN int virConnectStoragePoolEventRegisterAny(virConnectPtr conn, virStoragePoolPtr pool, int
    eventID, virConnectStoragePoolEventGenericCallback cb, void *opaque, virFreeCallback freecb) {
    CALL(libvirt, virConnectStoragePoolEventRegisterAny, -1, (conn, pool, eventID, cb, opaque, freecb))
}

HIDDEN int virConnectUnregisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb) {
    CALL(libvirt, virConnectUnregisterCloseCallback, -1, (conn, cb))
}

HIDDEN int virDomainAbortJob(virDomainPtr domain) {
    CALL(libvirt, virDomainAbortJob, -1, (domain))
}

HIDDEN int virDomainAbortJobFlags(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainAbortJobFlags, -1, (domain, flags))
}

HIDDEN int virDomainAddIOThread(virDomainPtr domain, unsigned int iothread_id, unsigned int flags) {
    CALL(libvirt, virDomainAddIOThread, -1, (domain, iothread_id, flags))
}

HIDDEN int virDomainAgentSetResponseTimeout(virDomainPtr domain, int timeout, unsigned int flags) {
    CALL(libvirt, virDomainAgentSetResponseTimeout, -1, (domain, timeout, flags))
}

HIDDEN int virDomainAttachDevice(virDomainPtr domain, const char *xml) {
    CALL(libvirt, virDomainAttachDevice, -1, (domain, xml))
}

HIDDEN int virDomainAttachDeviceFlags(virDomainPtr domain, const char *xml, unsigned int flags) {
    CALL(libvirt, virDomainAttachDeviceFlags, -1, (domain, xml, flags))
}

HIDDEN int virDomainAuthorizedSSHKeysGet(virDomainPtr domain, const char *user, char ***keys,
    unsigned int flags) {
    CALL(libvirt, virDomainAuthorizedSSHKeysGet, -1, (domain, user, keys, flags))
}

HIDDEN int virDomainAuthorizedSSHKeysSet(virDomainPtr domain, const char *user, const char **keys,
    unsigned int nkeys, unsigned int flags) {
    CALL(libvirt, virDomainAuthorizedSSHKeysSet, -1, (domain, user, keys, nkeys, flags))
}

HIDDEN int virDomainBackupBegin(virDomainPtr domain, const char *backupXML, const char
    *checkpointXML, unsigned int flags) {
    CALL(libvirt, virDomainBackupBegin, -1, (domain, backupXML, checkpointXML, flags))
}

HIDDEN char *virDomainBackupGetXMLDesc(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainBackupGetXMLDesc, NULL, (domain, flags))
}

HIDDEN int virDomainBlockCommit(virDomainPtr dom, const char *disk, const char *base, const char
    *top, unsigned long bandwidth, unsigned int flags) {
    CALL(libvirt, virDomainBlockCommit, -1, (dom, disk, base, top, bandwidth, flags))
}

HIDDEN int virDomainBlockCopy(virDomainPtr dom, const char *disk, const char *destxml,
    virTypedParameterPtr params, int nparams, unsigned int flags) {
    CALL(libvirt, virDomainBlockCopy, -1, (dom, disk, destxml, params, nparams, flags))
}

HIDDEN int virDomainBlockJobAbort(virDomainPtr dom, const char *disk, unsigned int flags) {
    CALL(libvirt, virDomainBlockJobAbort, -1, (dom, disk, flags))
}

HIDDEN int virDomainBlockJobSetSpeed(virDomainPtr dom, const char *disk, unsigned long bandwidth,
    unsigned int flags) {
    CALL(libvirt, virDomainBlockJobSetSpeed, -1, (dom, disk, bandwidth, flags))
}

HIDDEN int virDomainBlockPeek(virDomainPtr dom, const char *disk, unsigned long long offset, size_t
    size, void *buffer, unsigned int flags) {
    CALL(libvirt, virDomainBlockPeek, -1, (dom, disk, offset, size, buffer, flags))
}

HIDDEN int virDomainBlockPull(virDomainPtr dom, const char *disk, unsigned long bandwidth, unsigned
    int flags) {
    CALL(libvirt, virDomainBlockPull, -1, (dom, disk, bandwidth, flags))
}

HIDDEN int virDomainBlockRebase(virDomainPtr dom, const char *disk, const char *base, unsigned long
    bandwidth, unsigned int flags) {
    CALL(libvirt, virDomainBlockRebase, -1, (dom, disk, base, bandwidth, flags))
}

HIDDEN int virDomainBlockResize(virDomainPtr dom, const char *disk, unsigned long long size,
    unsigned int flags) {
    CALL(libvirt, virDomainBlockResize, -1, (dom, disk, size, flags))
}

HIDDEN int virDomainBlockStats(virDomainPtr dom, const char *disk, virDomainBlockStatsPtr stats,
    size_t size) {
    CALL(libvirt, virDomainBlockStats, -1, (dom, disk, stats, size))
}

HIDDEN int virDomainBlockStatsFlags(virDomainPtr dom, const char *disk, virTypedParameterPtr params,
    int *nparams, unsigned int flags) {
    CALL(libvirt, virDomainBlockStatsFlags, -1, (dom, disk, params, nparams, flags))
}

HIDDEN virDomainCheckpointPtr virDomainCheckpointCreateXML(virDomainPtr domain, const char *xmlDesc,
    unsigned int flags) {
    CALL(libvirt, virDomainCheckpointCreateXML, NULL, (domain, xmlDesc, flags))
}

HIDDEN int virDomainCheckpointDelete(virDomainCheckpointPtr checkpoint, unsigned int flags) {
    CALL(libvirt, virDomainCheckpointDelete, -1, (checkpoint, flags))
}

HIDDEN int virDomainCheckpointFree(virDomainCheckpointPtr checkpoint) {
    CALL(libvirt, virDomainCheckpointFree, -1, (checkpoint))
}

HIDDEN virConnectPtr virDomainCheckpointGetConnect(virDomainCheckpointPtr checkpoint) {
    CALL(libvirt, virDomainCheckpointGetConnect, NULL, (checkpoint))
}

HIDDEN virDomainPtr virDomainCheckpointGetDomain(virDomainCheckpointPtr checkpoint) {
    CALL(libvirt, virDomainCheckpointGetDomain, NULL, (checkpoint))
}

HIDDEN const char *virDomainCheckpointGetName(virDomainCheckpointPtr checkpoint) {
    CALL(libvirt, virDomainCheckpointGetName, NULL, (checkpoint))
}

HIDDEN virDomainCheckpointPtr virDomainCheckpointGetParent(virDomainCheckpointPtr checkpoint,
    unsigned int flags) {
    CALL(libvirt, virDomainCheckpointGetParent, NULL, (checkpoint, flags))
}

HIDDEN char *virDomainCheckpointGetXMLDesc(virDomainCheckpointPtr checkpoint, unsigned int flags) {
    CALL(libvirt, virDomainCheckpointGetXMLDesc, NULL, (checkpoint, flags))
}

HIDDEN int virDomainCheckpointListAllChildren(virDomainCheckpointPtr checkpoint,
    virDomainCheckpointPtr **children, unsigned int flags) {
    CALL(libvirt, virDomainCheckpointListAllChildren, -1, (checkpoint, children, flags))
}

HIDDEN virDomainCheckpointPtr virDomainCheckpointLookupByName(virDomainPtr domain, const char *name,
    unsigned int flags) {
    CALL(libvirt, virDomainCheckpointLookupByName, NULL, (domain, name, flags))
}

HIDDEN int virDomainCheckpointRef(virDomainCheckpointPtr checkpoint) {
    CALL(libvirt, virDomainCheckpointRef, -1, (checkpoint))
}

HIDDEN int virDomainCoreDump(virDomainPtr domain, const char *to, unsigned int flags) {
    CALL(libvirt, virDomainCoreDump, -1, (domain, to, flags))
}

HIDDEN int virDomainCoreDumpWithFormat(virDomainPtr domain, const char *to, unsigned int dumpformat,
    unsigned int flags) {
    CALL(libvirt, virDomainCoreDumpWithFormat, -1, (domain, to, dumpformat, flags))
}

HIDDEN int virDomainCreate(virDomainPtr domain) {
    CALL(libvirt, virDomainCreate, -1, (domain))
}

HIDDEN virDomainPtr virDomainCreateLinux(virConnectPtr conn, const char *xmlDesc, unsigned int
    flags) {
    CALL(libvirt, virDomainCreateLinux, NULL, (conn, xmlDesc, flags))
}

HIDDEN int virDomainCreateWithFiles(virDomainPtr domain, unsigned int nfiles, int *files, unsigned
    int flags) {
    CALL(libvirt, virDomainCreateWithFiles, -1, (domain, nfiles, files, flags))
}

HIDDEN int virDomainCreateWithFlags(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainCreateWithFlags, -1, (domain, flags))
}

HIDDEN virDomainPtr virDomainCreateXML(virConnectPtr conn, const char *xmlDesc, unsigned int flags)
    {
    CALL(libvirt, virDomainCreateXML, NULL, (conn, xmlDesc, flags))
}

HIDDEN virDomainPtr virDomainCreateXMLWithFiles(virConnectPtr conn, const char *xmlDesc, unsigned
    int nfiles, int *files, unsigned int flags) {
    CALL(libvirt, virDomainCreateXMLWithFiles, NULL, (conn, xmlDesc, nfiles, files, flags))
}

HIDDEN virDomainPtr virDomainDefineXML(virConnectPtr conn, const char *xml) {
    CALL(libvirt, virDomainDefineXML, NULL, (conn, xml))
}

HIDDEN virDomainPtr virDomainDefineXMLFlags(virConnectPtr conn, const char *xml, unsigned int flags)
    {
    CALL(libvirt, virDomainDefineXMLFlags, NULL, (conn, xml, flags))
}

HIDDEN int virDomainDelIOThread(virDomainPtr domain, unsigned int iothread_id, unsigned int flags) {
    CALL(libvirt, virDomainDelIOThread, -1, (domain, iothread_id, flags))
}

HIDDEN int virDomainDestroy(virDomainPtr domain) {
    CALL(libvirt, virDomainDestroy, -1, (domain))
}

HIDDEN int virDomainDestroyFlags(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainDestroyFlags, -1, (domain, flags))
}

HIDDEN int virDomainDetachDevice(virDomainPtr domain, const char *xml) {
    CALL(libvirt, virDomainDetachDevice, -1, (domain, xml))
}

HIDDEN int virDomainDetachDeviceAlias(virDomainPtr domain, const char *alias, unsigned int flags) {
    CALL(libvirt, virDomainDetachDeviceAlias, -1, (domain, alias, flags))
}

HIDDEN int virDomainDetachDeviceFlags(virDomainPtr domain, const char *xml, unsigned int flags) {
    CALL(libvirt, virDomainDetachDeviceFlags, -1, (domain, xml, flags))
}

HIDDEN int virDomainFDAssociate(virDomainPtr domain, const char *name, unsigned int nfds, int *fds,
    unsigned int flags) {
    CALL(libvirt, virDomainFDAssociate, -1, (domain, name, nfds, fds, flags))
}

HIDDEN int virDomainFSFreeze(virDomainPtr dom, const char **mountpoints, unsigned int nmountpoints,
    unsigned int flags) {
    CALL(libvirt, virDomainFSFreeze, -1, (dom, mountpoints, nmountpoints, flags))
}

HIDDEN void virDomainFSInfoFree(virDomainFSInfoPtr info) {
    RUN(libvirt, virDomainFSInfoFree, (info))
}

HIDDEN int virDomainFSThaw(virDomainPtr dom, const char **mountpoints, unsigned int nmountpoints,
    unsigned int flags) {
    CALL(libvirt, virDomainFSThaw, -1, (dom, mountpoints, nmountpoints, flags))
}

HIDDEN int virDomainFSTrim(virDomainPtr dom, const char *mountPoint, unsigned long long minimum,
    unsigned int flags) {
    CALL(libvirt, virDomainFSTrim, -1, (dom, mountPoint, minimum, flags))
}

HIDDEN int virDomainFree(virDomainPtr domain) {
    CALL(libvirt, virDomainFree, -1, (domain))
}

HIDDEN int virDomainGetAutostart(virDomainPtr domain, int *autostart) {
    CALL(libvirt, virDomainGetAutostart, -1, (domain, autostart))
}

HIDDEN int virDomainGetBlkioParameters(virDomainPtr domain, virTypedParameterPtr params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetBlkioParameters, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainGetBlockInfo(virDomainPtr domain, const char *disk, virDomainBlockInfoPtr info,
    unsigned int flags) {
    CALL(libvirt, virDomainGetBlockInfo, -1, (domain, disk, info, flags))
}

HIDDEN int virDomainGetBlockIoTune(virDomainPtr dom, const char *disk, virTypedParameterPtr params,
    int *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetBlockIoTune, -1, (dom, disk, params, nparams, flags))
}

HIDDEN int virDomainGetBlockJobInfo(virDomainPtr dom, const char *disk, virDomainBlockJobInfoPtr
    info, unsigned int flags) {
    CALL(libvirt, virDomainGetBlockJobInfo, -1, (dom, disk, info, flags))
}

HIDDEN int virDomainGetCPUStats(virDomainPtr domain, virTypedParameterPtr params, unsigned int
    nparams, int start_cpu, unsigned int ncpus, unsigned int flags) {
    CALL(libvirt, virDomainGetCPUStats, -1, (domain, params, nparams, start_cpu, ncpus, flags))
}

HIDDEN virConnectPtr virDomainGetConnect(virDomainPtr dom) {
    CALL(libvirt, virDomainGetConnect, NULL, (dom))
}

HIDDEN int virDomainGetControlInfo(virDomainPtr domain, virDomainControlInfoPtr info, unsigned int
    flags) {
    CALL(libvirt, virDomainGetControlInfo, -1, (domain, info, flags))
}

HIDDEN int virDomainGetDiskErrors(virDomainPtr dom, virDomainDiskErrorPtr errors, unsigned int
    maxerrors, unsigned int flags) {
    CALL(libvirt, virDomainGetDiskErrors, -1, (dom, errors, maxerrors, flags))
}

HIDDEN int virDomainGetEmulatorPinInfo(virDomainPtr domain, unsigned char *cpumap, int maplen,
    unsigned int flags) {
    CALL(libvirt, virDomainGetEmulatorPinInfo, -1, (domain, cpumap, maplen, flags))
}

HIDDEN int virDomainGetFSInfo(virDomainPtr dom, virDomainFSInfoPtr **info, unsigned int flags) {
    CALL(libvirt, virDomainGetFSInfo, -1, (dom, info, flags))
}

HIDDEN int virDomainGetGuestInfo(virDomainPtr domain, unsigned int types, virTypedParameterPtr
    *params, int *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetGuestInfo, -1, (domain, types, params, nparams, flags))
}

HIDDEN int virDomainGetGuestVcpus(virDomainPtr domain, virTypedParameterPtr *params, unsigned int
    *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetGuestVcpus, -1, (domain, params, nparams, flags))
}

HIDDEN char *virDomainGetHostname(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainGetHostname, NULL, (domain, flags))
}

HIDDEN unsigned int virDomainGetID(virDomainPtr domain) {
    CALL(libvirt, virDomainGetID, 0, (domain))
}

HIDDEN int virDomainGetIOThreadInfo(virDomainPtr dom, virDomainIOThreadInfoPtr **info, unsigned int
    flags) {
    CALL(libvirt, virDomainGetIOThreadInfo, -1, (dom, info, flags))
}

HIDDEN int virDomainGetInfo(virDomainPtr domain, virDomainInfoPtr info) {
    CALL(libvirt, virDomainGetInfo, -1, (domain, info))
}

HIDDEN int virDomainGetInterfaceParameters(virDomainPtr domain, const char *device,
    virTypedParameterPtr params, int *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetInterfaceParameters, -1, (domain, device, params, nparams, flags))
}

HIDDEN int virDomainGetJobInfo(virDomainPtr domain, virDomainJobInfoPtr info) {
    CALL(libvirt, virDomainGetJobInfo, -1, (domain, info))
}

HIDDEN int virDomainGetJobStats(virDomainPtr domain, int *type, virTypedParameterPtr *params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetJobStats, -1, (domain, type, params, nparams, flags))
}

HIDDEN int virDomainGetLaunchSecurityInfo(virDomainPtr domain, virTypedParameterPtr *params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetLaunchSecurityInfo, -1, (domain, params, nparams, flags))
}

HIDDEN unsigned long virDomainGetMaxMemory(virDomainPtr domain) {
    CALL(libvirt, virDomainGetMaxMemory, 0, (domain))
}

HIDDEN int virDomainGetMaxVcpus(virDomainPtr domain) {
    CALL(libvirt, virDomainGetMaxVcpus, -1, (domain))
}

HIDDEN int virDomainGetMemoryParameters(virDomainPtr domain, virTypedParameterPtr params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetMemoryParameters, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainGetMessages(virDomainPtr domain, char ***msgs, unsigned int flags) {
    CALL(libvirt, virDomainGetMessages, -1, (domain, msgs, flags))
}

HIDDEN char *virDomainGetMetadata(virDomainPtr domain, int type, const char *uri, unsigned int
    flags) {
    CALL(libvirt, virDomainGetMetadata, NULL, (domain, type, uri, flags))
}

HIDDEN const char *virDomainGetName(virDomainPtr domain) {
    CALL(libvirt, virDomainGetName, NULL, (domain))
}

HIDDEN int virDomainGetNumaParameters(virDomainPtr domain, virTypedParameterPtr params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetNumaParameters, -1, (domain, params, nparams, flags))
}

HIDDEN char *virDomainGetOSType(virDomainPtr domain) {
    CALL(libvirt, virDomainGetOSType, NULL, (domain))
}

HIDDEN int virDomainGetPerfEvents(virDomainPtr domain, virTypedParameterPtr *params, int *nparams,
    unsigned int flags) {
    CALL(libvirt, virDomainGetPerfEvents, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainGetSchedulerParameters(virDomainPtr domain, virTypedParameterPtr params, int
    *nparams) {
    CALL(libvirt, virDomainGetSchedulerParameters, -1, (domain, params, nparams))
}

HIDDEN int virDomainGetSchedulerParametersFlags(virDomainPtr domain, virTypedParameterPtr params,
    int *nparams, unsigned int flags) {
    CALL(libvirt, virDomainGetSchedulerParametersFlags, -1, (domain, params, nparams, flags))
}

HIDDEN char *virDomainGetSchedulerType(virDomainPtr domain, int *nparams) {
    CALL(libvirt, virDomainGetSchedulerType, NULL, (domain, nparams))
}

HIDDEN int virDomainGetSecurityLabel(virDomainPtr domain, virSecurityLabelPtr seclabel) {
    CALL(libvirt, virDomainGetSecurityLabel, -1, (domain, seclabel))
}

HIDDEN int virDomainGetSecurityLabelList(virDomainPtr domain, virSecurityLabelPtr *seclabels) {
    CALL(libvirt, virDomainGetSecurityLabelList, -1, (domain, seclabels))
}

HIDDEN int virDomainGetState(virDomainPtr domain, int *state, int *reason, unsigned int flags) {
    CALL(libvirt, virDomainGetState, -1, (domain, state, reason, flags))
}

HIDDEN int virDomainGetTime(virDomainPtr dom, long long *seconds, unsigned int *nseconds, unsigned
    int flags) {
    CALL(libvirt, virDomainGetTime, -1, (dom, seconds, nseconds, flags))
}

HIDDEN int virDomainGetUUID(virDomainPtr domain, unsigned char *uuid) {
    CALL(libvirt, virDomainGetUUID, -1, (domain, uuid))
}

HIDDEN int virDomainGetUUIDString(virDomainPtr domain, char *buf) {
    CALL(libvirt, virDomainGetUUIDString, -1, (domain, buf))
}

HIDDEN int virDomainGetVcpuPinInfo(virDomainPtr domain, int ncpumaps, unsigned char *cpumaps, int
    maplen, unsigned int flags) {
    CALL(libvirt, virDomainGetVcpuPinInfo, -1, (domain, ncpumaps, cpumaps, maplen, flags))
}

HIDDEN int virDomainGetVcpus(virDomainPtr domain, virVcpuInfoPtr info, int maxinfo, unsigned char
    *cpumaps, int maplen) {
    CALL(libvirt, virDomainGetVcpus, -1, (domain, info, maxinfo, cpumaps, maplen))
}

HIDDEN int virDomainGetVcpusFlags(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainGetVcpusFlags, -1, (domain, flags))
}

HIDDEN char *virDomainGetXMLDesc(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainGetXMLDesc, NULL, (domain, flags))
}

HIDDEN int virDomainHasCurrentSnapshot(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainHasCurrentSnapshot, -1, (domain, flags))
}

HIDDEN int virDomainHasManagedSaveImage(virDomainPtr dom, unsigned int flags) {
    CALL(libvirt, virDomainHasManagedSaveImage, -1, (dom, flags))
}

HIDDEN void virDomainIOThreadInfoFree(virDomainIOThreadInfoPtr info) {
    RUN(libvirt, virDomainIOThreadInfoFree, (info))
}

HIDDEN int virDomainInjectNMI(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainInjectNMI, -1, (domain, flags))
}

HIDDEN int virDomainInterfaceAddresses(virDomainPtr dom, virDomainInterfacePtr **ifaces, unsigned
    int source, unsigned int flags) {
    CALL(libvirt, virDomainInterfaceAddresses, -1, (dom, ifaces, source, flags))
}

HIDDEN void virDomainInterfaceFree(virDomainInterfacePtr iface) {
    RUN(libvirt, virDomainInterfaceFree, (iface))
}

HIDDEN int virDomainInterfaceStats(virDomainPtr dom, const char *device, virDomainInterfaceStatsPtr
    stats, size_t size) {
    CALL(libvirt, virDomainInterfaceStats, -1, (dom, device, stats, size))
}

HIDDEN int virDomainIsActive(virDomainPtr dom) {
    CALL(libvirt, virDomainIsActive, -1, (dom))
}

HIDDEN int virDomainIsPersistent(virDomainPtr dom) {
    CALL(libvirt, virDomainIsPersistent, -1, (dom))
}

HIDDEN int virDomainIsUpdated(virDomainPtr dom) {
    CALL(libvirt, virDomainIsUpdated, -1, (dom))
}

HIDDEN int virDomainListAllCheckpoints(virDomainPtr domain, virDomainCheckpointPtr **checkpoints,
    unsigned int flags) {
    CALL(libvirt, virDomainListAllCheckpoints, -1, (domain, checkpoints, flags))
}

HIDDEN int virDomainListAllSnapshots(virDomainPtr domain, virDomainSnapshotPtr **snaps, unsigned int
    flags) {
    CALL(libvirt, virDomainListAllSnapshots, -1, (domain, snaps, flags))
}

HIDDEN int virDomainListGetStats(virDomainPtr *doms, unsigned int stats, virDomainStatsRecordPtr
    **retStats, unsigned int flags) {
    CALL(libvirt, virDomainListGetStats, -1, (doms, stats, retStats, flags))
}

HIDDEN virDomainPtr virDomainLookupByID(virConnectPtr conn, int id) {
    CALL(libvirt, virDomainLookupByID, NULL, (conn, id))
}

HIDDEN virDomainPtr virDomainLookupByName(virConnectPtr conn, const char *name) {
    CALL(libvirt, virDomainLookupByName, NULL, (conn, name))
}

HIDDEN virDomainPtr virDomainLookupByUUID(virConnectPtr conn, const unsigned char *uuid) {
    CALL(libvirt, virDomainLookupByUUID, NULL, (conn, uuid))
}

HIDDEN virDomainPtr virDomainLookupByUUIDString(virConnectPtr conn, const char *uuidstr) {
    CALL(libvirt, virDomainLookupByUUIDString, NULL, (conn, uuidstr))
}

HIDDEN int virDomainManagedSave(virDomainPtr dom, unsigned int flags) {
    CALL(libvirt, virDomainManagedSave, -1, (dom, flags))
}

HIDDEN int virDomainManagedSaveDefineXML(virDomainPtr domain, const char *dxml, unsigned int flags)
    {
    CALL(libvirt, virDomainManagedSaveDefineXML, -1, (domain, dxml, flags))
}

HIDDEN char *virDomainManagedSaveGetXMLDesc(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainManagedSaveGetXMLDesc, NULL, (domain, flags))
}

HIDDEN int virDomainManagedSaveRemove(virDomainPtr dom, unsigned int flags) {
    CALL(libvirt, virDomainManagedSaveRemove, -1, (dom, flags))
}

HIDDEN int virDomainMemoryPeek(virDomainPtr dom, unsigned long long start, size_t size, void
    *buffer, unsigned int flags) {
    CALL(libvirt, virDomainMemoryPeek, -1, (dom, start, size, buffer, flags))
}

HIDDEN int virDomainMemoryStats(virDomainPtr dom, virDomainMemoryStatPtr stats, unsigned int
    nr_stats, unsigned int flags) {
    CALL(libvirt, virDomainMemoryStats, -1, (dom, stats, nr_stats, flags))
}

HIDDEN virDomainPtr virDomainMigrate(virDomainPtr domain, virConnectPtr dconn, unsigned long flags,
    const char *dname, const char *uri, unsigned long bandwidth) {
    CALL(libvirt, virDomainMigrate, NULL, (domain, dconn, flags, dname, uri, bandwidth))
}

HIDDEN virDomainPtr virDomainMigrate2(virDomainPtr domain, virConnectPtr dconn, const char *dxml,
    unsigned long flags, const char *dname, const char *uri, unsigned long bandwidth) {
    CALL(libvirt, virDomainMigrate2, NULL, (domain, dconn, dxml, flags, dname, uri, bandwidth))
}

HIDDEN virDomainPtr virDomainMigrate3(virDomainPtr domain, virConnectPtr dconn, virTypedParameterPtr
    params, unsigned int nparams, unsigned int flags) {
    CALL(libvirt, virDomainMigrate3, NULL, (domain, dconn, params, nparams, flags))
}

HIDDEN int virDomainMigrateGetCompressionCache(virDomainPtr domain, unsigned long long *cacheSize,
    unsigned int flags) {
    CALL(libvirt, virDomainMigrateGetCompressionCache, -1, (domain, cacheSize, flags))
}

HIDDEN int virDomainMigrateGetMaxDowntime(virDomainPtr domain, unsigned long long *downtime,
    unsigned int flags) {
    CALL(libvirt, virDomainMigrateGetMaxDowntime, -1, (domain, downtime, flags))
}

HIDDEN int virDomainMigrateGetMaxSpeed(virDomainPtr domain, unsigned long *bandwidth, unsigned int
    flags) {
    CALL(libvirt, virDomainMigrateGetMaxSpeed, -1, (domain, bandwidth, flags))
}

HIDDEN int virDomainMigrateSetCompressionCache(virDomainPtr domain, unsigned long long cacheSize,
    unsigned int flags) {
    CALL(libvirt, virDomainMigrateSetCompressionCache, -1, (domain, cacheSize, flags))
}

HIDDEN int virDomainMigrateSetMaxDowntime(virDomainPtr domain, unsigned long long downtime, unsigned
    int flags) {
    CALL(libvirt, virDomainMigrateSetMaxDowntime, -1, (domain, downtime, flags))
}

HIDDEN int virDomainMigrateSetMaxSpeed(virDomainPtr domain, unsigned long bandwidth, unsigned int
    flags) {
    CALL(libvirt, virDomainMigrateSetMaxSpeed, -1, (domain, bandwidth, flags))
}

HIDDEN int virDomainMigrateStartPostCopy(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainMigrateStartPostCopy, -1, (domain, flags))
}

HIDDEN int virDomainMigrateToURI(virDomainPtr domain, const char *duri, unsigned long flags, const
    char *dname, unsigned long bandwidth) {
    CALL(libvirt, virDomainMigrateToURI, -1, (domain, duri, flags, dname, bandwidth))
}

HIDDEN int virDomainMigrateToURI2(virDomainPtr domain, const char *dconnuri, const char *miguri,
    const char *dxml, unsigned long flags, const char *dname, unsigned long bandwidth) {
    CALL(libvirt, virDomainMigrateToURI2, -1, (domain, dconnuri, miguri, dxml, flags, dname, bandwidth))
}

HIDDEN int virDomainMigrateToURI3(virDomainPtr domain, const char *dconnuri, virTypedParameterPtr
    params, unsigned int nparams, unsigned int flags) {
    CALL(libvirt, virDomainMigrateToURI3, -1, (domain, dconnuri, params, nparams, flags))
}

HIDDEN int virDomainOpenChannel(virDomainPtr dom, const char *name, virStreamPtr st, unsigned int
    flags) {
    CALL(libvirt, virDomainOpenChannel, -1, (dom, name, st, flags))
}

HIDDEN int virDomainOpenConsole(virDomainPtr dom, const char *dev_name, virStreamPtr st, unsigned
    int flags) {
    CALL(libvirt, virDomainOpenConsole, -1, (dom, dev_name, st, flags))
}

HIDDEN int virDomainOpenGraphics(virDomainPtr dom, unsigned int idx, int fd, unsigned int flags) {
    CALL(libvirt, virDomainOpenGraphics, -1, (dom, idx, fd, flags))
}

HIDDEN int virDomainOpenGraphicsFD(virDomainPtr dom, unsigned int idx, unsigned int flags) {
    CALL(libvirt, virDomainOpenGraphicsFD, -1, (dom, idx, flags))
}

HIDDEN int virDomainPMSuspendForDuration(virDomainPtr dom, unsigned int target, unsigned long long
    duration, unsigned int flags) {
    CALL(libvirt, virDomainPMSuspendForDuration, -1, (dom, target, duration, flags))
}

HIDDEN int virDomainPMWakeup(virDomainPtr dom, unsigned int flags) {
    CALL(libvirt, virDomainPMWakeup, -1, (dom, flags))
}

HIDDEN int virDomainPinEmulator(virDomainPtr domain, unsigned char *cpumap, int maplen, unsigned int
    flags) {
    CALL(libvirt, virDomainPinEmulator, -1, (domain, cpumap, maplen, flags))
}

HIDDEN int virDomainPinIOThread(virDomainPtr domain, unsigned int iothread_id, unsigned char
    *cpumap, int maplen, unsigned int flags) {
    CALL(libvirt, virDomainPinIOThread, -1, (domain, iothread_id, cpumap, maplen, flags))
}

HIDDEN int virDomainPinVcpu(virDomainPtr domain, unsigned int vcpu, unsigned char *cpumap, int
    maplen) {
    CALL(libvirt, virDomainPinVcpu, -1, (domain, vcpu, cpumap, maplen))
}

HIDDEN int virDomainPinVcpuFlags(virDomainPtr domain, unsigned int vcpu, unsigned char *cpumap, int
    maplen, unsigned int flags) {
    CALL(libvirt, virDomainPinVcpuFlags, -1, (domain, vcpu, cpumap, maplen, flags))
}

HIDDEN int virDomainReboot(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainReboot, -1, (domain, flags))
}

HIDDEN int virDomainRef(virDomainPtr domain) {
    CALL(libvirt, virDomainRef, -1, (domain))
}

HIDDEN int virDomainRename(virDomainPtr dom, const char *new_name, unsigned int flags) {
    CALL(libvirt, virDomainRename, -1, (dom, new_name, flags))
}

HIDDEN int virDomainReset(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainReset, -1, (domain, flags))
}

HIDDEN int virDomainRestore(virConnectPtr conn, const char *from) {
    CALL(libvirt, virDomainRestore, -1, (conn, from))
}

HIDDEN int virDomainRestoreFlags(virConnectPtr conn, const char *from, const char *dxml, unsigned
    int flags) {
    CALL(libvirt, virDomainRestoreFlags, -1, (conn, from, dxml, flags))
}

HIDDEN int virDomainRestoreParams(virConnectPtr conn, virTypedParameterPtr params, int nparams,
    unsigned int flags) {
    CALL(libvirt, virDomainRestoreParams, -1, (conn, params, nparams, flags))
}

HIDDEN int virDomainResume(virDomainPtr domain) {
    CALL(libvirt, virDomainResume, -1, (domain))
}

HIDDEN int virDomainRevertToSnapshot(virDomainSnapshotPtr snapshot, unsigned int flags) {
    CALL(libvirt, virDomainRevertToSnapshot, -1, (snapshot, flags))
}

HIDDEN int virDomainSave(virDomainPtr domain, const char *to) {
    CALL(libvirt, virDomainSave, -1, (domain, to))
}

HIDDEN int virDomainSaveFlags(virDomainPtr domain, const char *to, const char *dxml, unsigned int
    flags) {
    CALL(libvirt, virDomainSaveFlags, -1, (domain, to, dxml, flags))
}

HIDDEN int virDomainSaveImageDefineXML(virConnectPtr conn, const char *file, const char *dxml,
    unsigned int flags) {
    CALL(libvirt, virDomainSaveImageDefineXML, -1, (conn, file, dxml, flags))
}

HIDDEN char *virDomainSaveImageGetXMLDesc(virConnectPtr conn, const char *file, unsigned int flags)
    {
    CALL(libvirt, virDomainSaveImageGetXMLDesc, NULL, (conn, file, flags))
}

HIDDEN int virDomainSaveParams(virDomainPtr domain, virTypedParameterPtr params, int nparams,
    unsigned int flags) {
    CALL(libvirt, virDomainSaveParams, -1, (domain, params, nparams, flags))
}

HIDDEN char *virDomainScreenshot(virDomainPtr domain, virStreamPtr stream, unsigned int screen,
    unsigned int flags) {
    CALL(libvirt, virDomainScreenshot, NULL, (domain, stream, screen, flags))
}

HIDDEN int virDomainSendKey(virDomainPtr domain, unsigned int codeset, unsigned int holdtime,
    unsigned int *keycodes, int nkeycodes, unsigned int flags) {
    CALL(libvirt, virDomainSendKey, -1, (domain, codeset, holdtime, keycodes, nkeycodes, flags))
}

HIDDEN int virDomainSendProcessSignal(virDomainPtr domain, long long pid_value, unsigned int signum,
    unsigned int flags) {
    CALL(libvirt, virDomainSendProcessSignal, -1, (domain, pid_value, signum, flags))
}

HIDDEN int virDomainSetAutostart(virDomainPtr domain, int autostart) {
    CALL(libvirt, virDomainSetAutostart, -1, (domain, autostart))
}

HIDDEN int virDomainSetBlkioParameters(virDomainPtr domain, virTypedParameterPtr params, int
    nparams, unsigned int flags) {
    CALL(libvirt, virDomainSetBlkioParameters, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainSetBlockIoTune(virDomainPtr dom, const char *disk, virTypedParameterPtr params,
    int nparams, unsigned int flags) {
    CALL(libvirt, virDomainSetBlockIoTune, -1, (dom, disk, params, nparams, flags))
}

HIDDEN int virDomainSetBlockThreshold(virDomainPtr domain, const char *dev, unsigned long long
    threshold, unsigned int flags) {
    CALL(libvirt, virDomainSetBlockThreshold, -1, (domain, dev, threshold, flags))
}

HIDDEN int virDomainSetGuestVcpus(virDomainPtr domain, const char *cpumap, int state, unsigned int
    flags) {
    CALL(libvirt, virDomainSetGuestVcpus, -1, (domain, cpumap, state, flags))
}

HIDDEN int virDomainSetIOThreadParams(virDomainPtr domain, unsigned int iothread_id,
    virTypedParameterPtr params, int nparams, unsigned int flags) {
    CALL(libvirt, virDomainSetIOThreadParams, -1, (domain, iothread_id, params, nparams, flags))
}

HIDDEN int virDomainSetInterfaceParameters(virDomainPtr domain, const char *device,
    virTypedParameterPtr params, int nparams, unsigned int flags) {
    CALL(libvirt, virDomainSetInterfaceParameters, -1, (domain, device, params, nparams, flags))
}

HIDDEN int virDomainSetLaunchSecurityState(virDomainPtr domain, virTypedParameterPtr params, int
    nparams, unsigned int flags) {
    CALL(libvirt, virDomainSetLaunchSecurityState, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainSetLifecycleAction(virDomainPtr domain, unsigned int type, unsigned int action,
    unsigned int flags) {
    CALL(libvirt, virDomainSetLifecycleAction, -1, (domain, type, action, flags))
}

HIDDEN int virDomainSetMaxMemory(virDomainPtr domain, unsigned long memory) {
    CALL(libvirt, virDomainSetMaxMemory, -1, (domain, memory))
}

HIDDEN int virDomainSetMemory(virDomainPtr domain, unsigned long memory) {
    CALL(libvirt, virDomainSetMemory, -1, (domain, memory))
}

HIDDEN int virDomainSetMemoryFlags(virDomainPtr domain, unsigned long memory, unsigned int flags) {
    CALL(libvirt, virDomainSetMemoryFlags, -1, (domain, memory, flags))
}

HIDDEN int virDomainSetMemoryParameters(virDomainPtr domain, virTypedParameterPtr params, int
    nparams, unsigned int flags) {
    CALL(libvirt, virDomainSetMemoryParameters, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainSetMemoryStatsPeriod(virDomainPtr domain, int period, unsigned int flags) {
    CALL(libvirt, virDomainSetMemoryStatsPeriod, -1, (domain, period, flags))
}

HIDDEN int virDomainSetMetadata(virDomainPtr domain, int type, const char *metadata, const char
    *key, const char *uri, unsigned int flags) {
    CALL(libvirt, virDomainSetMetadata, -1, (domain, type, metadata, key, uri, flags))
}

HIDDEN int virDomainSetNumaParameters(virDomainPtr domain, virTypedParameterPtr params, int nparams,
    unsigned int flags) {
    CALL(libvirt, virDomainSetNumaParameters, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainSetPerfEvents(virDomainPtr domain, virTypedParameterPtr params, int nparams,
    unsigned int flags) {
    CALL(libvirt, virDomainSetPerfEvents, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainSetSchedulerParameters(virDomainPtr domain, virTypedParameterPtr params, int
    nparams) {
    CALL(libvirt, virDomainSetSchedulerParameters, -1, (domain, params, nparams))
}

HIDDEN int virDomainSetSchedulerParametersFlags(virDomainPtr domain, virTypedParameterPtr params,
    int nparams, unsigned int flags) {
    CALL(libvirt, virDomainSetSchedulerParametersFlags, -1, (domain, params, nparams, flags))
}

HIDDEN int virDomainSetTime(virDomainPtr dom, long long seconds, unsigned int nseconds, unsigned int
    flags) {
    CALL(libvirt, virDomainSetTime, -1, (dom, seconds, nseconds, flags))
}

HIDDEN int virDomainSetUserPassword(virDomainPtr dom, const char *user, const char *password,
    unsigned int flags) {
    CALL(libvirt, virDomainSetUserPassword, -1, (dom, user, password, flags))
}

HIDDEN int virDomainSetVcpu(virDomainPtr domain, const char *vcpumap, int state, unsigned int flags)
    {
    CALL(libvirt, virDomainSetVcpu, -1, (domain, vcpumap, state, flags))
}

HIDDEN int virDomainSetVcpus(virDomainPtr domain, unsigned int nvcpus) {
    CALL(libvirt, virDomainSetVcpus, -1, (domain, nvcpus))
}

HIDDEN int virDomainSetVcpusFlags(virDomainPtr domain, unsigned int nvcpus, unsigned int flags) {
    CALL(libvirt, virDomainSetVcpusFlags, -1, (domain, nvcpus, flags))
}

HIDDEN int virDomainShutdown(virDomainPtr domain) {
    CALL(libvirt, virDomainShutdown, -1, (domain))
}

HIDDEN int virDomainShutdownFlags(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainShutdownFlags, -1, (domain, flags))
}

HIDDEN virDomainSnapshotPtr virDomainSnapshotCreateXML(virDomainPtr domain, const char *xmlDesc,
    unsigned int flags) {
    CALL(libvirt, virDomainSnapshotCreateXML, NULL, (domain, xmlDesc, flags))
}

HIDDEN virDomainSnapshotPtr virDomainSnapshotCurrent(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotCurrent, NULL, (domain, flags))
}

HIDDEN int virDomainSnapshotDelete(virDomainSnapshotPtr snapshot, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotDelete, -1, (snapshot, flags))
}

HIDDEN int virDomainSnapshotFree(virDomainSnapshotPtr snapshot) {
    CALL(libvirt, virDomainSnapshotFree, -1, (snapshot))
}

HIDDEN virConnectPtr virDomainSnapshotGetConnect(virDomainSnapshotPtr snapshot) {
    CALL(libvirt, virDomainSnapshotGetConnect, NULL, (snapshot))
}

HIDDEN virDomainPtr virDomainSnapshotGetDomain(virDomainSnapshotPtr snapshot) {
    CALL(libvirt, virDomainSnapshotGetDomain, NULL, (snapshot))
}

HIDDEN const char *virDomainSnapshotGetName(virDomainSnapshotPtr snapshot) {
    CALL(libvirt, virDomainSnapshotGetName, NULL, (snapshot))
}

HIDDEN virDomainSnapshotPtr virDomainSnapshotGetParent(virDomainSnapshotPtr snapshot, unsigned int
    flags) {
    CALL(libvirt, virDomainSnapshotGetParent, NULL, (snapshot, flags))
}

HIDDEN char *virDomainSnapshotGetXMLDesc(virDomainSnapshotPtr snapshot, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotGetXMLDesc, NULL, (snapshot, flags))
}

HIDDEN int virDomainSnapshotHasMetadata(virDomainSnapshotPtr snapshot, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotHasMetadata, -1, (snapshot, flags))
}

HIDDEN int virDomainSnapshotIsCurrent(virDomainSnapshotPtr snapshot, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotIsCurrent, -1, (snapshot, flags))
}

HIDDEN int virDomainSnapshotListAllChildren(virDomainSnapshotPtr snapshot, virDomainSnapshotPtr
    **snaps, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotListAllChildren, -1, (snapshot, snaps, flags))
}

HIDDEN int virDomainSnapshotListChildrenNames(virDomainSnapshotPtr snapshot, char **names, int
    nameslen, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotListChildrenNames, -1, (snapshot, names, nameslen, flags))
}

HIDDEN int virDomainSnapshotListNames(virDomainPtr domain, char **names, int nameslen, unsigned int
    flags) {
    CALL(libvirt, virDomainSnapshotListNames, -1, (domain, names, nameslen, flags))
}

HIDDEN virDomainSnapshotPtr virDomainSnapshotLookupByName(virDomainPtr domain, const char *name,
    unsigned int flags) {
    CALL(libvirt, virDomainSnapshotLookupByName, NULL, (domain, name, flags))
}

HIDDEN int virDomainSnapshotNum(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotNum, -1, (domain, flags))
}

HIDDEN int virDomainSnapshotNumChildren(virDomainSnapshotPtr snapshot, unsigned int flags) {
    CALL(libvirt, virDomainSnapshotNumChildren, -1, (snapshot, flags))
}

HIDDEN int virDomainSnapshotRef(virDomainSnapshotPtr snapshot) {
    CALL(libvirt, virDomainSnapshotRef, -1, (snapshot))
}

HIDDEN int virDomainStartDirtyRateCalc(virDomainPtr domain, int seconds, unsigned int flags) {
    CALL(libvirt, virDomainStartDirtyRateCalc, -1, (domain, seconds, flags))
}

HIDDEN void virDomainStatsRecordListFree(virDomainStatsRecordPtr *stats) {
    RUN(libvirt, virDomainStatsRecordListFree, (stats))
}

HIDDEN int virDomainSuspend(virDomainPtr domain) {
    CALL(libvirt, virDomainSuspend, -1, (domain))
}

HIDDEN int virDomainUndefine(virDomainPtr domain) {
    CALL(libvirt, virDomainUndefine, -1, (domain))
}

HIDDEN int virDomainUndefineFlags(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt, virDomainUndefineFlags, -1, (domain, flags))
}

HIDDEN int virDomainUpdateDeviceFlags(virDomainPtr domain, const char *xml, unsigned int flags) {
    CALL(libvirt, virDomainUpdateDeviceFlags, -1, (domain, xml, flags))
}

HIDDEN int virEventAddHandle(int fd, int events, virEventHandleCallback cb, void *opaque,
    virFreeCallback ff) {
    CALL(libvirt, virEventAddHandle, -1, (fd, events, cb, opaque, ff))
}

HIDDEN int virEventAddTimeout(int timeout, virEventTimeoutCallback cb, void *opaque, virFreeCallback
    ff) {
    CALL(libvirt, virEventAddTimeout, -1, (timeout, cb, opaque, ff))
}

HIDDEN int virEventRegisterDefaultImpl(void) {
    CALL(libvirt, virEventRegisterDefaultImpl, -1, ())
}

HIDDEN void virEventRegisterImpl(virEventAddHandleFunc addHandle, virEventUpdateHandleFunc
    updateHandle, virEventRemoveHandleFunc removeHandle, virEventAddTimeoutFunc addTimeout,
    virEventUpdateTimeoutFunc updateTimeout, virEventRemoveTimeoutFunc removeTimeout) {
    RUN(libvirt, virEventRegisterImpl, (addHandle, updateHandle, removeHandle, addTimeout,
        updateTimeout, removeTimeout))
}

HIDDEN int virEventRemoveHandle(int watch) {
    CALL(libvirt, virEventRemoveHandle, -1, (watch))
}

HIDDEN int virEventRemoveTimeout(int timer) {
    CALL(libvirt, virEventRemoveTimeout, -1, (timer))
}

HIDDEN int virEventRunDefaultImpl(void) {
    CALL(libvirt, virEventRunDefaultImpl, -1, ())
}

HIDDEN void virEventUpdateHandle(int watch, int events) {
    RUN(libvirt, virEventUpdateHandle, (watch, events))
}

HIDDEN void virEventUpdateTimeout(int timer, int timeout) {
    RUN(libvirt, virEventUpdateTimeout, (timer, timeout))
}

__typeof__(virGetLastError) *atex_find_virGetLastError(void) {
    return (__typeof__(virGetLastError) *)atex_library_function(&libvirt, libvirt_virGetLastError);
}

HIDDEN int virGetVersion(unsigned long *libVer, const char *type, unsigned long *typeVer) {
    CALL(libvirt, virGetVersion, -1, (libVer, type, typeVer))
}

HIDDEN int virInitialize(void) {
    CALL(libvirt, virInitialize, -1, ())
}

HIDDEN int virInterfaceChangeBegin(virConnectPtr conn, unsigned int flags) {
    CALL(libvirt, virInterfaceChangeBegin, -1, (conn, flags))
}

HIDDEN int virInterfaceChangeCommit(virConnectPtr conn, unsigned int flags) {
    CALL(libvirt, virInterfaceChangeCommit, -1, (conn, flags))
}

HIDDEN int virInterfaceChangeRollback(virConnectPtr conn, unsigned int flags) {
    CALL(libvirt, virInterfaceChangeRollback, -1, (conn, flags))
}

HIDDEN int virInterfaceCreate(virInterfacePtr iface, unsigned int flags) {
    CALL(libvirt, virInterfaceCreate, -1, (iface, flags))
}

HIDDEN virInterfacePtr virInterfaceDefineXML(virConnectPtr conn, const char *xml, unsigned int
    flags) {
    CALL(libvirt, virInterfaceDefineXML, NULL, (conn, xml, flags))
}

HIDDEN int virInterfaceDestroy(virInterfacePtr iface, unsigned int flags) {
    CALL(libvirt, virInterfaceDestroy, -1, (iface, flags))
}

HIDDEN int virInterfaceFree(virInterfacePtr iface) {
    CALL(libvirt, virInterfaceFree, -1, (iface))
}

HIDDEN virConnectPtr virInterfaceGetConnect(virInterfacePtr iface) {
    CALL(libvirt, virInterfaceGetConnect, NULL, (iface))
}

HIDDEN const char *virInterfaceGetMACString(virInterfacePtr iface) {
    CALL(libvirt, virInterfaceGetMACString, NULL, (iface))
}

HIDDEN const char *virInterfaceGetName(virInterfacePtr iface) {
    CALL(libvirt, virInterfaceGetName, NULL, (iface))
}

HIDDEN char *virInterfaceGetXMLDesc(virInterfacePtr iface, unsigned int flags) {
    CALL(libvirt, virInterfaceGetXMLDesc, NULL, (iface, flags))
}

HIDDEN int virInterfaceIsActive(virInterfacePtr iface) {
    CALL(libvirt, virInterfaceIsActive, -1, (iface))
}

HIDDEN virInterfacePtr virInterfaceLookupByMACString(virConnectPtr conn, const char *macstr) {
    CALL(libvirt, virInterfaceLookupByMACString, NULL, (conn, macstr))
}

HIDDEN virInterfacePtr virInterfaceLookupByName(virConnectPtr conn, const char *name) {
    CALL(libvirt, virInterfaceLookupByName, NULL, (conn, name))
}

HIDDEN int virInterfaceRef(virInterfacePtr iface) {
    CALL(libvirt, virInterfaceRef, -1, (iface))
}

HIDDEN int virInterfaceUndefine(virInterfacePtr iface) {
    CALL(libvirt, virInterfaceUndefine, -1, (iface))
}

HIDDEN virNWFilterBindingPtr virNWFilterBindingCreateXML(virConnectPtr conn, const char *xml,
    unsigned int flags) {
    CALL(libvirt, virNWFilterBindingCreateXML, NULL, (conn, xml, flags))
}

HIDDEN int virNWFilterBindingDelete(virNWFilterBindingPtr binding) {
    CALL(libvirt, virNWFilterBindingDelete, -1, (binding))
}

HIDDEN int virNWFilterBindingFree(virNWFilterBindingPtr binding) {
    CALL(libvirt, virNWFilterBindingFree, -1, (binding))
}

HIDDEN const char *virNWFilterBindingGetFilterName(virNWFilterBindingPtr binding) {
    CALL(libvirt, virNWFilterBindingGetFilterName, NULL, (binding))
}

HIDDEN const char *virNWFilterBindingGetPortDev(virNWFilterBindingPtr binding) {
    CALL(libvirt, virNWFilterBindingGetPortDev, NULL, (binding))
}

HIDDEN char *virNWFilterBindingGetXMLDesc(virNWFilterBindingPtr binding, unsigned int flags) {
    CALL(libvirt, virNWFilterBindingGetXMLDesc, NULL, (binding, flags))
}

HIDDEN virNWFilterBindingPtr virNWFilterBindingLookupByPortDev(virConnectPtr conn, const char
    *portdev) {
    CALL(libvirt, virNWFilterBindingLookupByPortDev, NULL, (conn, portdev))
}

HIDDEN int virNWFilterBindingRef(virNWFilterBindingPtr binding) {
    CALL(libvirt, virNWFilterBindingRef, -1, (binding))
}

HIDDEN virNWFilterPtr virNWFilterDefineXML(virConnectPtr conn, const char *xmlDesc) {
    CALL(libvirt, virNWFilterDefineXML, NULL, (conn, xmlDesc))
}

HIDDEN virNWFilterPtr virNWFilterDefineXMLFlags(virConnectPtr conn, const char *xmlDesc, unsigned
    int flags) {
    CALL(libvirt, virNWFilterDefineXMLFlags, NULL, (conn, xmlDesc, flags))
}

HIDDEN int virNWFilterFree(virNWFilterPtr nwfilter) {
    CALL(libvirt, virNWFilterFree, -1, (nwfilter))
}

HIDDEN const char *virNWFilterGetName(virNWFilterPtr nwfilter) {
    CALL(libvirt, virNWFilterGetName, NULL, (nwfilter))
}

HIDDEN int virNWFilterGetUUID(virNWFilterPtr nwfilter, unsigned char *uuid) {
    CALL(libvirt, virNWFilterGetUUID, -1, (nwfilter, uuid))
}

HIDDEN int virNWFilterGetUUIDString(virNWFilterPtr nwfilter, char *buf) {
    CALL(libvirt, virNWFilterGetUUIDString, -1, (nwfilter, buf))
}

HIDDEN char *virNWFilterGetXMLDesc(virNWFilterPtr nwfilter, unsigned int flags) {
    CALL(libvirt, virNWFilterGetXMLDesc, NULL, (nwfilter, flags))
}

HIDDEN virNWFilterPtr virNWFilterLookupByName(virConnectPtr conn, const char *name) {
    CALL(libvirt, virNWFilterLookupByName, NULL, (conn, name))
}

HIDDEN virNWFilterPtr virNWFilterLookupByUUID(virConnectPtr conn, const unsigned char *uuid) {
    CALL(libvirt, virNWFilterLookupByUUID, NULL, (conn, uuid))
}

HIDDEN virNWFilterPtr virNWFilterLookupByUUIDString(virConnectPtr conn, const char *uuidstr) {
    CALL(libvirt, virNWFilterLookupByUUIDString, NULL, (conn, uuidstr))
}

HIDDEN int virNWFilterRef(virNWFilterPtr nwfilter) {
    CALL(libvirt, virNWFilterRef, -1, (nwfilter))
}

HIDDEN int virNWFilterUndefine(virNWFilterPtr nwfilter) {
    CALL(libvirt, virNWFilterUndefine, -1, (nwfilter))
}

HIDDEN int virNetworkCreate(virNetworkPtr network) {
    CALL(libvirt, virNetworkCreate, -1, (network))
}

HIDDEN virNetworkPtr virNetworkCreateXML(virConnectPtr conn, const char *xmlDesc) {
    CALL(libvirt, virNetworkCreateXML, NULL, (conn, xmlDesc))
}

HIDDEN virNetworkPtr virNetworkCreateXMLFlags(virConnectPtr conn, const char *xmlDesc, unsigned int
    flags) {
    CALL(libvirt, virNetworkCreateXMLFlags, NULL, (conn, xmlDesc, flags))
}

HIDDEN void virNetworkDHCPLeaseFree(virNetworkDHCPLeasePtr lease) {
    RUN(libvirt, virNetworkDHCPLeaseFree, (lease))
}

HIDDEN virNetworkPtr virNetworkDefineXML(virConnectPtr conn, const char *xml) {
    CALL(libvirt, virNetworkDefineXML, NULL, (conn, xml))
}

HIDDEN virNetworkPtr virNetworkDefineXMLFlags(virConnectPtr conn, const char *xml, unsigned int
    flags) {
    CALL(libvirt, virNetworkDefineXMLFlags, NULL, (conn, xml, flags))
}

HIDDEN int virNetworkDestroy(virNetworkPtr network) {
    CALL(libvirt, virNetworkDestroy, -1, (network))
}

HIDDEN int virNetworkFree(virNetworkPtr network) {
    CALL(libvirt, virNetworkFree, -1, (network))
}

HIDDEN int virNetworkGetAutostart(virNetworkPtr network, int *autostart) {
    CALL(libvirt, virNetworkGetAutostart, -1, (network, autostart))
}

HIDDEN char *virNetworkGetBridgeName(virNetworkPtr network) {
    CALL(libvirt, virNetworkGetBridgeName, NULL, (network))
}

HIDDEN virConnectPtr virNetworkGetConnect(virNetworkPtr net) {
    CALL(libvirt, virNetworkGetConnect, NULL, (net))
}

HIDDEN int virNetworkGetDHCPLeases(virNetworkPtr network, const char *mac, virNetworkDHCPLeasePtr
    **leases, unsigned int flags) {
    CALL(libvirt, virNetworkGetDHCPLeases, -1, (network, mac, leases, flags))
}

HIDDEN const char *virNetworkGetName(virNetworkPtr network) {
    CALL(libvirt, virNetworkGetName, NULL, (network))
}

HIDDEN int virNetworkGetUUID(virNetworkPtr network, unsigned char *uuid) {
    CALL(libvirt, virNetworkGetUUID, -1, (network, uuid))
}

HIDDEN int virNetworkGetUUIDString(virNetworkPtr network, char *buf) {
    CALL(libvirt, virNetworkGetUUIDString, -1, (network, buf))
}

HIDDEN char *virNetworkGetXMLDesc(virNetworkPtr network, unsigned int flags) {
    CALL(libvirt, virNetworkGetXMLDesc, NULL, (network, flags))
}

HIDDEN int virNetworkIsActive(virNetworkPtr net) {
    CALL(libvirt, virNetworkIsActive, -1, (net))
}

HIDDEN int virNetworkIsPersistent(virNetworkPtr net) {
    CALL(libvirt, virNetworkIsPersistent, -1, (net))
}

HIDDEN int virNetworkListAllPorts(virNetworkPtr network, virNetworkPortPtr **ports, unsigned int
    flags) {
    CALL(libvirt, virNetworkListAllPorts, -1, (network, ports, flags))
}

HIDDEN virNetworkPtr virNetworkLookupByName(virConnectPtr conn, const char *name) {
    CALL(libvirt, virNetworkLookupByName, NULL, (conn, name))
}

HIDDEN virNetworkPtr virNetworkLookupByUUID(virConnectPtr conn, const unsigned char *uuid) {
    CALL(libvirt, virNetworkLookupByUUID, NULL, (conn, uuid))
}

HIDDEN virNetworkPtr virNetworkLookupByUUIDString(virConnectPtr conn, const char *uuidstr) {
    CALL(libvirt, virNetworkLookupByUUIDString, NULL, (conn, uuidstr))
}

HIDDEN virNetworkPortPtr virNetworkPortCreateXML(virNetworkPtr net, const char *xmldesc, unsigned
    int flags) {
    CALL(libvirt, virNetworkPortCreateXML, NULL, (net, xmldesc, flags))
}

HIDDEN int virNetworkPortDelete(virNetworkPortPtr port, unsigned int flags) {
    CALL(libvirt, virNetworkPortDelete, -1, (port, flags))
}

HIDDEN int virNetworkPortFree(virNetworkPortPtr port) {
    CALL(libvirt, virNetworkPortFree, -1, (port))
}

HIDDEN virNetworkPtr virNetworkPortGetNetwork(virNetworkPortPtr port) {
    CALL(libvirt, virNetworkPortGetNetwork, NULL, (port))
}

HIDDEN int virNetworkPortGetParameters(virNetworkPortPtr port, virTypedParameterPtr *params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virNetworkPortGetParameters, -1, (port, params, nparams, flags))
}

HIDDEN int virNetworkPortGetUUID(virNetworkPortPtr port, unsigned char *uuid) {
    CALL(libvirt, virNetworkPortGetUUID, -1, (port, uuid))
}

HIDDEN int virNetworkPortGetUUIDString(virNetworkPortPtr port, char *buf) {
    CALL(libvirt, virNetworkPortGetUUIDString, -1, (port, buf))
}

HIDDEN char *virNetworkPortGetXMLDesc(virNetworkPortPtr port, unsigned int flags) {
    CALL(libvirt, virNetworkPortGetXMLDesc, NULL, (port, flags))
}

HIDDEN virNetworkPortPtr virNetworkPortLookupByUUID(virNetworkPtr net, const unsigned char *uuid) {
    CALL(libvirt, virNetworkPortLookupByUUID, NULL, (net, uuid))
}

HIDDEN virNetworkPortPtr virNetworkPortLookupByUUIDString(virNetworkPtr net, const char *uuidstr) {
    CALL(libvirt, virNetworkPortLookupByUUIDString, NULL, (net, uuidstr))
}

HIDDEN int virNetworkPortRef(virNetworkPortPtr port) {
    CALL(libvirt, virNetworkPortRef, -1, (port))
}

HIDDEN int virNetworkPortSetParameters(virNetworkPortPtr port, virTypedParameterPtr params, int
    nparams, unsigned int flags) {
    CALL(libvirt, virNetworkPortSetParameters, -1, (port, params, nparams, flags))
}

HIDDEN int virNetworkRef(virNetworkPtr network) {
    CALL(libvirt, virNetworkRef, -1, (network))
}

HIDDEN int virNetworkSetAutostart(virNetworkPtr network, int autostart) {
    CALL(libvirt, virNetworkSetAutostart, -1, (network, autostart))
}

HIDDEN int virNetworkUndefine(virNetworkPtr network) {
    CALL(libvirt, virNetworkUndefine, -1, (network))
}

HIDDEN int virNetworkUpdate(virNetworkPtr network, unsigned int command, unsigned int section, int
    parentIndex, const char *xml, unsigned int flags) {
    CALL(libvirt, virNetworkUpdate, -1, (network, command, section, parentIndex, xml, flags))
}

HIDDEN int virNodeAllocPages(virConnectPtr conn, unsigned int npages, unsigned int *pageSizes,
    unsigned long long *pageCounts, int startCell, unsigned int cellCount, unsigned int flags) {
    CALL(libvirt, virNodeAllocPages, -1, (conn, npages, pageSizes, pageCounts, startCell, cellCount,
        flags))
}

HIDDEN int virNodeDeviceCreate(virNodeDevicePtr dev, unsigned int flags) {
    CALL(libvirt, virNodeDeviceCreate, -1, (dev, flags))
}

HIDDEN virNodeDevicePtr virNodeDeviceCreateXML(virConnectPtr conn, const char *xmlDesc, unsigned int
    flags) {
    CALL(libvirt, virNodeDeviceCreateXML, NULL, (conn, xmlDesc, flags))
}

HIDDEN virNodeDevicePtr virNodeDeviceDefineXML(virConnectPtr conn, const char *xmlDesc, unsigned int
    flags) {
    CALL(libvirt, virNodeDeviceDefineXML, NULL, (conn, xmlDesc, flags))
}

HIDDEN int virNodeDeviceDestroy(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceDestroy, -1, (dev))
}

HIDDEN int virNodeDeviceDetachFlags(virNodeDevicePtr dev, const char *driverName, unsigned int
    flags) {
    CALL(libvirt, virNodeDeviceDetachFlags, -1, (dev, driverName, flags))
}

HIDDEN int virNodeDeviceDettach(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceDettach, -1, (dev))
}

HIDDEN int virNodeDeviceFree(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceFree, -1, (dev))
}

HIDDEN int virNodeDeviceGetAutostart(virNodeDevicePtr dev, int *autostart) {
    CALL(libvirt, virNodeDeviceGetAutostart, -1, (dev, autostart))
}

HIDDEN const char *virNodeDeviceGetName(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceGetName, NULL, (dev))
}

HIDDEN const char *virNodeDeviceGetParent(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceGetParent, NULL, (dev))
}

HIDDEN char *virNodeDeviceGetXMLDesc(virNodeDevicePtr dev, unsigned int flags) {
    CALL(libvirt, virNodeDeviceGetXMLDesc, NULL, (dev, flags))
}

HIDDEN int virNodeDeviceIsActive(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceIsActive, -1, (dev))
}

HIDDEN int virNodeDeviceIsPersistent(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceIsPersistent, -1, (dev))
}

HIDDEN int virNodeDeviceListCaps(virNodeDevicePtr dev, char ** const names, int maxnames) {
    CALL(libvirt, virNodeDeviceListCaps, -1, (dev, names, maxnames))
}

HIDDEN virNodeDevicePtr virNodeDeviceLookupByName(virConnectPtr conn, const char *name) {
    CALL(libvirt, virNodeDeviceLookupByName, NULL, (conn, name))
}

HIDDEN virNodeDevicePtr virNodeDeviceLookupSCSIHostByWWN(virConnectPtr conn, const char *wwnn, const
    char *wwpn, unsigned int flags) {
    CALL(libvirt, virNodeDeviceLookupSCSIHostByWWN, NULL, (conn, wwnn, wwpn, flags))
}

HIDDEN int virNodeDeviceNumOfCaps(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceNumOfCaps, -1, (dev))
}

HIDDEN int virNodeDeviceReAttach(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceReAttach, -1, (dev))
}

HIDDEN int virNodeDeviceRef(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceRef, -1, (dev))
}

HIDDEN int virNodeDeviceReset(virNodeDevicePtr dev) {
    CALL(libvirt, virNodeDeviceReset, -1, (dev))
}

HIDDEN int virNodeDeviceSetAutostart(virNodeDevicePtr dev, int autostart) {
    CALL(libvirt, virNodeDeviceSetAutostart, -1, (dev, autostart))
}

HIDDEN int virNodeDeviceUndefine(virNodeDevicePtr dev, unsigned int flags) {
    CALL(libvirt, virNodeDeviceUndefine, -1, (dev, flags))
}

HIDDEN int virNodeGetCPUMap(virConnectPtr conn, unsigned char **cpumap, unsigned int *online,
    unsigned int flags) {
    CALL(libvirt, virNodeGetCPUMap, -1, (conn, cpumap, online, flags))
}

HIDDEN int virNodeGetCPUStats(virConnectPtr conn, int cpuNum, virNodeCPUStatsPtr params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virNodeGetCPUStats, -1, (conn, cpuNum, params, nparams, flags))
}

HIDDEN int virNodeGetCellsFreeMemory(virConnectPtr conn, unsigned long long *freeMems, int
    startCell, int maxCells) {
    CALL(libvirt, virNodeGetCellsFreeMemory, -1, (conn, freeMems, startCell, maxCells))
}

HIDDEN unsigned long long virNodeGetFreeMemory(virConnectPtr conn) {
    CALL(libvirt, virNodeGetFreeMemory, 0, (conn))
}

HIDDEN int virNodeGetFreePages(virConnectPtr conn, unsigned int npages, unsigned int *pages, int
    startCell, unsigned int cellCount, unsigned long long *counts, unsigned int flags) {
    CALL(libvirt, virNodeGetFreePages, -1, (conn, npages, pages, startCell, cellCount, counts, flags))
}

HIDDEN int virNodeGetInfo(virConnectPtr conn, virNodeInfoPtr info) {
    CALL(libvirt, virNodeGetInfo, -1, (conn, info))
}

HIDDEN int virNodeGetMemoryParameters(virConnectPtr conn, virTypedParameterPtr params, int *nparams,
    unsigned int flags) {
    CALL(libvirt, virNodeGetMemoryParameters, -1, (conn, params, nparams, flags))
}

HIDDEN int virNodeGetMemoryStats(virConnectPtr conn, int cellNum, virNodeMemoryStatsPtr params, int
    *nparams, unsigned int flags) {
    CALL(libvirt, virNodeGetMemoryStats, -1, (conn, cellNum, params, nparams, flags))
}

HIDDEN int virNodeGetSEVInfo(virConnectPtr conn, virTypedParameterPtr *params, int *nparams,
    unsigned int flags) {
    CALL(libvirt, virNodeGetSEVInfo, -1, (conn, params, nparams, flags))
}

HIDDEN int virNodeGetSecurityModel(virConnectPtr conn, virSecurityModelPtr secmodel) {
    CALL(libvirt, virNodeGetSecurityModel, -1, (conn, secmodel))
}

HIDDEN int virNodeListDevices(virConnectPtr conn, const char *cap, char ** const names, int
    maxnames, unsigned int flags) {
    CALL(libvirt, virNodeListDevices, -1, (conn, cap, names, maxnames, flags))
}

HIDDEN int virNodeNumOfDevices(virConnectPtr conn, const char *cap, unsigned int flags) {
    CALL(libvirt, virNodeNumOfDevices, -1, (conn, cap, flags))
}

HIDDEN int virNodeSetMemoryParameters(virConnectPtr conn, virTypedParameterPtr params, int nparams,
    unsigned int flags) {
    CALL(libvirt, virNodeSetMemoryParameters, -1, (conn, params, nparams, flags))
}

HIDDEN int virNodeSuspendForDuration(virConnectPtr conn, unsigned int target, unsigned long long
    duration, unsigned int flags) {
    CALL(libvirt, virNodeSuspendForDuration, -1, (conn, target, duration, flags))
}

__typeof__(virResetLastError) *atex_find_virResetLastError(void) {
    return (__typeof__(virResetLastError) *)atex_library_function(&libvirt, libvirt_virResetLastError);
}

HIDDEN virSecretPtr virSecretDefineXML(virConnectPtr conn, const char *xml, unsigned int flags) {
    CALL(libvirt, virSecretDefineXML, NULL, (conn, xml, flags))
}

HIDDEN int virSecretFree(virSecretPtr secret) {
    CALL(libvirt, virSecretFree, -1, (secret))
}

HIDDEN virConnectPtr virSecretGetConnect(virSecretPtr secret) {
    CALL(libvirt, virSecretGetConnect, NULL, (secret))
}

HIDDEN int virSecretGetUUID(virSecretPtr secret, unsigned char *uuid) {
    CALL(libvirt, virSecretGetUUID, -1, (secret, uuid))
}

HIDDEN int virSecretGetUUIDString(virSecretPtr secret, char *buf) {
    CALL(libvirt, virSecretGetUUIDString, -1, (secret, buf))
}

HIDDEN const char *virSecretGetUsageID(virSecretPtr secret) {
    CALL(libvirt, virSecretGetUsageID, NULL, (secret))
}

HIDDEN int virSecretGetUsageType(virSecretPtr secret) {
    CALL(libvirt, virSecretGetUsageType, -1, (secret))
}

HIDDEN unsigned char *virSecretGetValue(virSecretPtr secret, size_t *value_size, unsigned int flags)
    {
    CALL(libvirt, virSecretGetValue, NULL, (secret, value_size, flags))
}

HIDDEN char *virSecretGetXMLDesc(virSecretPtr secret, unsigned int flags) {
    CALL(libvirt, virSecretGetXMLDesc, NULL, (secret, flags))
}

HIDDEN virSecretPtr virSecretLookupByUUID(virConnectPtr conn, const unsigned char *uuid) {
    CALL(libvirt, virSecretLookupByUUID, NULL, (conn, uuid))
}

HIDDEN virSecretPtr virSecretLookupByUUIDString(virConnectPtr conn, const char *uuidstr) {
    CALL(libvirt, virSecretLookupByUUIDString, NULL, (conn, uuidstr))
}

HIDDEN virSecretPtr virSecretLookupByUsage(virConnectPtr conn, int usageType, const char *usageID) {
    CALL(libvirt, virSecretLookupByUsage, NULL, (conn, usageType, usageID))
}

HIDDEN int virSecretRef(virSecretPtr secret) {
    CALL(libvirt, virSecretRef, -1, (secret))
}

HIDDEN int virSecretSetValue(virSecretPtr secret, const unsigned char *value, size_t value_size,
    unsigned int flags) {
    CALL(libvirt, virSecretSetValue, -1, (secret, value, value_size, flags))
}

HIDDEN int virSecretUndefine(virSecretPtr secret) {
    CALL(libvirt, virSecretUndefine, -1, (secret))
}

__typeof__(virSetErrorFunc) *atex_find_virSetErrorFunc(void) {
    return (__typeof__(virSetErrorFunc) *)atex_library_function(&libvirt, libvirt_virSetErrorFunc);
}

HIDDEN int virStoragePoolBuild(virStoragePoolPtr pool, unsigned int flags) {
    CALL(libvirt, virStoragePoolBuild, -1, (pool, flags))
}

HIDDEN int virStoragePoolCreate(virStoragePoolPtr pool, unsigned int flags) {
    CALL(libvirt, virStoragePoolCreate, -1, (pool, flags))
}

HIDDEN virStoragePoolPtr virStoragePoolCreateXML(virConnectPtr conn, const char *xmlDesc, unsigned
    int flags) {
    CALL(libvirt, virStoragePoolCreateXML, NULL, (conn, xmlDesc, flags))
}

HIDDEN virStoragePoolPtr virStoragePoolDefineXML(virConnectPtr conn, const char *xml, unsigned int
    flags) {
    CALL(libvirt, virStoragePoolDefineXML, NULL, (conn, xml, flags))
}

HIDDEN int virStoragePoolDelete(virStoragePoolPtr pool, unsigned int flags) {
    CALL(libvirt, virStoragePoolDelete, -1, (pool, flags))
}

HIDDEN int virStoragePoolDestroy(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolDestroy, -1, (pool))
}

HIDDEN int virStoragePoolFree(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolFree, -1, (pool))
}

HIDDEN int virStoragePoolGetAutostart(virStoragePoolPtr pool, int *autostart) {
    CALL(libvirt, virStoragePoolGetAutostart, -1, (pool, autostart))
}

HIDDEN virConnectPtr virStoragePoolGetConnect(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolGetConnect, NULL, (pool))
}

HIDDEN int virStoragePoolGetInfo(virStoragePoolPtr pool, virStoragePoolInfoPtr info) {
    CALL(libvirt, virStoragePoolGetInfo, -1, (pool, info))
}

HIDDEN const char *virStoragePoolGetName(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolGetName, NULL, (pool))
}

HIDDEN int virStoragePoolGetUUID(virStoragePoolPtr pool, unsigned char *uuid) {
    CALL(libvirt, virStoragePoolGetUUID, -1, (pool, uuid))
}

HIDDEN int virStoragePoolGetUUIDString(virStoragePoolPtr pool, char *buf) {
    CALL(libvirt, virStoragePoolGetUUIDString, -1, (pool, buf))
}

HIDDEN char *virStoragePoolGetXMLDesc(virStoragePoolPtr pool, unsigned int flags) {
    CALL(libvirt, virStoragePoolGetXMLDesc, NULL, (pool, flags))
}

HIDDEN int virStoragePoolIsActive(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolIsActive, -1, (pool))
}

HIDDEN int virStoragePoolIsPersistent(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolIsPersistent, -1, (pool))
}

HIDDEN int virStoragePoolListAllVolumes(virStoragePoolPtr pool, virStorageVolPtr **vols, unsigned
    int flags) {
    CALL(libvirt, virStoragePoolListAllVolumes, -1, (pool, vols, flags))
}

HIDDEN int virStoragePoolListVolumes(virStoragePoolPtr pool, char ** const names, int maxnames) {
    CALL(libvirt, virStoragePoolListVolumes, -1, (pool, names, maxnames))
}

HIDDEN virStoragePoolPtr virStoragePoolLookupByName(virConnectPtr conn, const char *name) {
    CALL(libvirt, virStoragePoolLookupByName, NULL, (conn, name))
}

HIDDEN virStoragePoolPtr virStoragePoolLookupByTargetPath(virConnectPtr conn, const char *path) {
    CALL(libvirt, virStoragePoolLookupByTargetPath, NULL, (conn, path))
}

HIDDEN virStoragePoolPtr virStoragePoolLookupByUUID(virConnectPtr conn, const unsigned char *uuid) {
    CALL(libvirt, virStoragePoolLookupByUUID, NULL, (conn, uuid))
}

HIDDEN virStoragePoolPtr virStoragePoolLookupByUUIDString(virConnectPtr conn, const char *uuidstr) {
    CALL(libvirt, virStoragePoolLookupByUUIDString, NULL, (conn, uuidstr))
}

HIDDEN virStoragePoolPtr virStoragePoolLookupByVolume(virStorageVolPtr vol) {
    CALL(libvirt, virStoragePoolLookupByVolume, NULL, (vol))
}

HIDDEN int virStoragePoolNumOfVolumes(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolNumOfVolumes, -1, (pool))
}

HIDDEN int virStoragePoolRef(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolRef, -1, (pool))
}

HIDDEN int virStoragePoolRefresh(virStoragePoolPtr pool, unsigned int flags) {
    CALL(libvirt, virStoragePoolRefresh, -1, (pool, flags))
}

HIDDEN int virStoragePoolSetAutostart(virStoragePoolPtr pool, int autostart) {
    CALL(libvirt, virStoragePoolSetAutostart, -1, (pool, autostart))
}

HIDDEN int virStoragePoolUndefine(virStoragePoolPtr pool) {
    CALL(libvirt, virStoragePoolUndefine, -1, (pool))
}

HIDDEN virStorageVolPtr virStorageVolCreateXML(virStoragePoolPtr pool, const char *xmlDesc, unsigned
    int flags) {
    CALL(libvirt, virStorageVolCreateXML, NULL, (pool, xmlDesc, flags))
}

HIDDEN virStorageVolPtr virStorageVolCreateXMLFrom(virStoragePoolPtr pool, const char *xmlDesc,
    virStorageVolPtr clonevol, unsigned int flags) {
    CALL(libvirt, virStorageVolCreateXMLFrom, NULL, (pool, xmlDesc, clonevol, flags))
}

HIDDEN int virStorageVolDelete(virStorageVolPtr vol, unsigned int flags) {
    CALL(libvirt, virStorageVolDelete, -1, (vol, flags))
}

HIDDEN int virStorageVolDownload(virStorageVolPtr vol, virStreamPtr stream, unsigned long long
    offset, unsigned long long length, unsigned int flags) {
    CALL(libvirt, virStorageVolDownload, -1, (vol, stream, offset, length, flags))
}

HIDDEN int virStorageVolFree(virStorageVolPtr vol) {
    CALL(libvirt, virStorageVolFree, -1, (vol))
}

HIDDEN virConnectPtr virStorageVolGetConnect(virStorageVolPtr vol) {
    CALL(libvirt, virStorageVolGetConnect, NULL, (vol))
}

HIDDEN int virStorageVolGetInfo(virStorageVolPtr vol, virStorageVolInfoPtr info) {
    CALL(libvirt, virStorageVolGetInfo, -1, (vol, info))
}

HIDDEN int virStorageVolGetInfoFlags(virStorageVolPtr vol, virStorageVolInfoPtr info, unsigned int
    flags) {
    CALL(libvirt, virStorageVolGetInfoFlags, -1, (vol, info, flags))
}

HIDDEN const char *virStorageVolGetKey(virStorageVolPtr vol) {
    CALL(libvirt, virStorageVolGetKey, NULL, (vol))
}

HIDDEN const char *virStorageVolGetName(virStorageVolPtr vol) {
    CALL(libvirt, virStorageVolGetName, NULL, (vol))
}

HIDDEN char *virStorageVolGetPath(virStorageVolPtr vol) {
    CALL(libvirt, virStorageVolGetPath, NULL, (vol))
}

HIDDEN char *virStorageVolGetXMLDesc(virStorageVolPtr vol, unsigned int flags) {
    CALL(libvirt, virStorageVolGetXMLDesc, NULL, (vol, flags))
}

HIDDEN virStorageVolPtr virStorageVolLookupByKey(virConnectPtr conn, const char *key) {
    CALL(libvirt, virStorageVolLookupByKey, NULL, (conn, key))
}

HIDDEN virStorageVolPtr virStorageVolLookupByName(virStoragePoolPtr pool, const char *name) {
    CALL(libvirt, virStorageVolLookupByName, NULL, (pool, name))
}

HIDDEN virStorageVolPtr virStorageVolLookupByPath(virConnectPtr conn, const char *path) {
    CALL(libvirt, virStorageVolLookupByPath, NULL, (conn, path))
}

HIDDEN int virStorageVolRef(virStorageVolPtr vol) {
    CALL(libvirt, virStorageVolRef, -1, (vol))
}

HIDDEN int virStorageVolResize(virStorageVolPtr vol, unsigned long long capacity, unsigned int
    flags) {
    CALL(libvirt, virStorageVolResize, -1, (vol, capacity, flags))
}

HIDDEN int virStorageVolUpload(virStorageVolPtr vol, virStreamPtr stream, unsigned long long offset,
    unsigned long long length, unsigned int flags) {
    CALL(libvirt, virStorageVolUpload, -1, (vol, stream, offset, length, flags))
}

HIDDEN int virStorageVolWipe(virStorageVolPtr vol, unsigned int flags) {
    CALL(libvirt, virStorageVolWipe, -1, (vol, flags))
}

HIDDEN int virStorageVolWipePattern(virStorageVolPtr vol, unsigned int algorithm, unsigned int
    flags) {
    CALL(libvirt, virStorageVolWipePattern, -1, (vol, algorithm, flags))
}

HIDDEN int virStreamAbort(virStreamPtr stream) {
    CALL(libvirt, virStreamAbort, -1, (stream))
}

HIDDEN int virStreamEventAddCallback(virStreamPtr stream, int events, virStreamEventCallback cb,
    void *opaque, virFreeCallback ff) {
    CALL(libvirt, virStreamEventAddCallback, -1, (stream, events, cb, opaque, ff))
}

HIDDEN int virStreamEventRemoveCallback(virStreamPtr stream) {
    CALL(libvirt, virStreamEventRemoveCallback, -1, (stream))
}

HIDDEN int virStreamEventUpdateCallback(virStreamPtr stream, int events) {
    CALL(libvirt, virStreamEventUpdateCallback, -1, (stream, events))
}

HIDDEN int virStreamFinish(virStreamPtr stream) {
    CALL(libvirt, virStreamFinish, -1, (stream))
}

HIDDEN int virStreamFree(virStreamPtr stream) {
    CALL(libvirt, virStreamFree, -1, (stream))
}

HIDDEN virStreamPtr virStreamNew(virConnectPtr conn, unsigned int flags) {
    CALL(libvirt, virStreamNew, NULL, (conn, flags))
}

HIDDEN int virStreamRecv(virStreamPtr stream, char *data, size_t nbytes) {
    CALL(libvirt, virStreamRecv, -1, (stream, data, nbytes))
}

HIDDEN int virStreamRecvAll(virStreamPtr stream, virStreamSinkFunc handler, void *opaque) {
    CALL(libvirt, virStreamRecvAll, -1, (stream, handler, opaque))
}

HIDDEN int virStreamRecvFlags(virStreamPtr stream, char *data, size_t nbytes, unsigned int flags) {
    CALL(libvirt, virStreamRecvFlags, -1, (stream, data, nbytes, flags))
}

HIDDEN int virStreamRecvHole(virStreamPtr stream, long long *length, unsigned int flags) {
    CALL(libvirt, virStreamRecvHole, -1, (stream, length, flags))
}

HIDDEN int virStreamRef(virStreamPtr stream) {
    CALL(libvirt, virStreamRef, -1, (stream))
}

HIDDEN int virStreamSend(virStreamPtr stream, const char *data, size_t nbytes) {
    CALL(libvirt, virStreamSend, -1, (stream, data, nbytes))
}

HIDDEN int virStreamSendAll(virStreamPtr stream, virStreamSourceFunc handler, void *opaque) {
    CALL(libvirt, virStreamSendAll, -1, (stream, handler, opaque))
}

HIDDEN int virStreamSendHole(virStreamPtr stream, long long length, unsigned int flags) {
    CALL(libvirt, virStreamSendHole, -1, (stream, length, flags))
}

HIDDEN int virStreamSparseRecvAll(virStreamPtr stream, virStreamSinkFunc handler,
    virStreamSinkHoleFunc holeHandler, void *opaque) {
    CALL(libvirt, virStreamSparseRecvAll, -1, (stream, handler, holeHandler, opaque))
}

HIDDEN int virStreamSparseSendAll(virStreamPtr stream, virStreamSourceFunc handler,
    virStreamSourceHoleFunc holeHandler, virStreamSourceSkipFunc skipHandler, void *opaque) {
    CALL(libvirt, virStreamSparseSendAll, -1, (stream, handler, holeHandler, skipHandler, opaque))
}

HIDDEN int virTypedParamsAddBoolean(virTypedParameterPtr *params, int *nparams, int *maxparams,
    const char *name, int value) {
    CALL(libvirt, virTypedParamsAddBoolean, -1, (params, nparams, maxparams, name, value))
}

HIDDEN int virTypedParamsAddDouble(virTypedParameterPtr *params, int *nparams, int *maxparams, const
    char *name, double value) {
    CALL(libvirt, virTypedParamsAddDouble, -1, (params, nparams, maxparams, name, value))
}

HIDDEN int virTypedParamsAddFromString(virTypedParameterPtr *params, int *nparams, int *maxparams,
    const char *name, int type, const char *value) {
    CALL(libvirt, virTypedParamsAddFromString, -1, (params, nparams, maxparams, name, type, value))
}

HIDDEN int virTypedParamsAddInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const
    char *name, int value) {
    CALL(libvirt, virTypedParamsAddInt, -1, (params, nparams, maxparams, name, value))
}

HIDDEN int virTypedParamsAddLLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const
    char *name, long long value) {
    CALL(libvirt, virTypedParamsAddLLong, -1, (params, nparams, maxparams, name, value))
}

HIDDEN int virTypedParamsAddString(virTypedParameterPtr *params, int *nparams, int *maxparams, const
    char *name, const char *value) {
    CALL(libvirt, virTypedParamsAddString, -1, (params, nparams, maxparams, name, value))
}

HIDDEN int virTypedParamsAddStringList(virTypedParameterPtr *params, int *nparams, int *maxparams,
    const char *name, const char **values) {
    CALL(libvirt, virTypedParamsAddStringList, -1, (params, nparams, maxparams, name, values))
}

HIDDEN int virTypedParamsAddUInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const
    char *name, unsigned int value) {
    CALL(libvirt, virTypedParamsAddUInt, -1, (params, nparams, maxparams, name, value))
}

HIDDEN int virTypedParamsAddULLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const
    char *name, unsigned long long value) {
    CALL(libvirt, virTypedParamsAddULLong, -1, (params, nparams, maxparams, name, value))
}

HIDDEN void virTypedParamsClear(virTypedParameterPtr params, int nparams) {
    RUN(libvirt, virTypedParamsClear, (params, nparams))
}

HIDDEN void virTypedParamsFree(virTypedParameterPtr params, int nparams) {
    RUN(libvirt, virTypedParamsFree, (params, nparams))
}

HIDDEN virTypedParameterPtr virTypedParamsGet(virTypedParameterPtr params, int nparams, const char
    *name) {
    CALL(libvirt, virTypedParamsGet, NULL, (params, nparams, name))
}

HIDDEN int virTypedParamsGetBoolean(virTypedParameterPtr params, int nparams, const char *name, int
    *value) {
    CALL(libvirt, virTypedParamsGetBoolean, -1, (params, nparams, name, value))
}

HIDDEN int virTypedParamsGetDouble(virTypedParameterPtr params, int nparams, const char *name,
    double *value) {
    CALL(libvirt, virTypedParamsGetDouble, -1, (params, nparams, name, value))
}

HIDDEN int virTypedParamsGetInt(virTypedParameterPtr params, int nparams, const char *name, int
    *value) {
    CALL(libvirt, virTypedParamsGetInt, -1, (params, nparams, name, value))
}

HIDDEN int virTypedParamsGetLLong(virTypedParameterPtr params, int nparams, const char *name, long
    long *value) {
    CALL(libvirt, virTypedParamsGetLLong, -1, (params, nparams, name, value))
}

HIDDEN int virTypedParamsGetString(virTypedParameterPtr params, int nparams, const char *name, const
    char **value) {
    CALL(libvirt, virTypedParamsGetString, -1, (params, nparams, name, value))
}

HIDDEN int virTypedParamsGetUInt(virTypedParameterPtr params, int nparams, const char *name,
    unsigned int *value) {
    CALL(libvirt, virTypedParamsGetUInt, -1, (params, nparams, name, value))
}

HIDDEN int virTypedParamsGetULLong(virTypedParameterPtr params, int nparams, const char *name,
    unsigned long long *value) {
    CALL(libvirt, virTypedParamsGetULLong, -1, (params, nparams, name, value))
}

HIDDEN char *virNetworkGetMetadata(virNetworkPtr network, int type, const char *uri, unsigned int
    flags) {
    CALL(libvirt, virNetworkGetMetadata, NULL, (network, type, uri, flags))
}
bool atex_has_virNetworkGetMetadata(void) {
    return atex_library_has(&libvirt, libvirt_virNetworkGetMetadata);
}

HIDDEN int virNetworkSetMetadata(virNetworkPtr network, int type, const char *metadata, const char
    *key, const char *uri, unsigned int flags) {
    CALL(libvirt, virNetworkSetMetadata, -1, (network, type, metadata, key, uri, flags))
}
bool atex_has_virNetworkSetMetadata(void) {
    return atex_library_has(&libvirt, libvirt_virNetworkSetMetadata);
}

HIDDEN int virNodeDeviceUpdate(virNodeDevicePtr device, const char *xml, unsigned int flags) {
    CALL(libvirt, virNodeDeviceUpdate, -1, (device, xml, flags))
}
bool atex_has_virNodeDeviceUpdate(void) {
    return atex_library_has(&libvirt, libvirt_virNodeDeviceUpdate);
}

HIDDEN int virDomainGraphicsReload(virDomainPtr domain, unsigned int type, unsigned int flags) {
    CALL(libvirt, virDomainGraphicsReload, -1, (domain, type, flags))
}
bool atex_has_virDomainGraphicsReload(void) {
    return atex_library_has(&libvirt, libvirt_virDomainGraphicsReload);
}

HIDDEN int virDomainDelThrottleGroup(virDomainPtr domain, const char *group, unsigned int flags) {
    CALL(libvirt, virDomainDelThrottleGroup, -1, (domain, group, flags))
}
bool atex_has_virDomainDelThrottleGroup(void) {
    return atex_library_has(&libvirt, libvirt_virDomainDelThrottleGroup);
}

HIDDEN int virDomainGetAutostartOnce(virDomainPtr domain, int *autostart) {
    CALL(libvirt, virDomainGetAutostartOnce, -1, (domain, autostart))
}
bool atex_has_virDomainGetAutostartOnce(void) {
    return atex_library_has(&libvirt, libvirt_virDomainGetAutostartOnce);
}

HIDDEN int virDomainSetAutostartOnce(virDomainPtr domain, int autostart) {
    CALL(libvirt, virDomainSetAutostartOnce, -1, (domain, autostart))
}
bool atex_has_virDomainSetAutostartOnce(void) {
    return atex_library_has(&libvirt, libvirt_virDomainSetAutostartOnce);
}

HIDDEN int virDomainSetThrottleGroup(virDomainPtr domain, const char *group, virTypedParameterPtr
    parameters, int count, unsigned int flags) {
    CALL(libvirt, virDomainSetThrottleGroup, -1, (domain, group, parameters, count, flags))
}
bool atex_has_virDomainSetThrottleGroup(void) {
    return atex_library_has(&libvirt, libvirt_virDomainSetThrottleGroup);
}

HIDDEN int virDomainAnnounceInterface(virDomainPtr domain, const char *device, virTypedParameterPtr
    parameters, int count, unsigned int flags) {
    CALL(libvirt, virDomainAnnounceInterface, -1, (domain, device, parameters, count, flags))
}
bool atex_has_virDomainAnnounceInterface(void) {
    return atex_library_has(&libvirt, libvirt_virDomainAnnounceInterface);
}

/* libvirt-qemu.so.0 */

#define FUNCTIONS(each) \
    each(libvirt_qemu, virConnectDomainQemuMonitorEventDeregister) \
    each(libvirt_qemu, virConnectDomainQemuMonitorEventRegister) \
    each(libvirt_qemu, virDomainQemuAgentCommand) \
    each(libvirt_qemu, virDomainQemuAttach) \
    each(libvirt_qemu, virDomainQemuMonitorCommand) \
    each(libvirt_qemu, virDomainQemuMonitorCommandWithFiles)
enum { FUNCTIONS(NUMBER) };
TABLE(libvirt_qemu, 6, "libvirt0 or libvirt-libs",
    true, NULL, atex_libvirt_absent, "libvirt-qemu.so.0");
#undef FUNCTIONS

const char *atex_libvirt_qemu_problem(void) {
    return atex_library_load(&libvirt_qemu);
}

HIDDEN int virConnectDomainQemuMonitorEventDeregister(virConnectPtr conn, int callbackID) {
    CALL(libvirt_qemu, virConnectDomainQemuMonitorEventDeregister, -1, (conn, callbackID))
}

HIDDEN int virConnectDomainQemuMonitorEventRegister(virConnectPtr conn, virDomainPtr dom, const char
    *event, virConnectDomainQemuMonitorEventCallback cb, void *opaque, virFreeCallback freecb,
    unsigned int flags) {
    CALL(libvirt_qemu, virConnectDomainQemuMonitorEventRegister, -1, (conn, dom, event, cb, opaque,
        freecb, flags))
}

HIDDEN char *virDomainQemuAgentCommand(virDomainPtr domain, const char *cmd, int timeout, unsigned
    int flags) {
    CALL(libvirt_qemu, virDomainQemuAgentCommand, NULL, (domain, cmd, timeout, flags))
}

HIDDEN virDomainPtr virDomainQemuAttach(virConnectPtr conn, unsigned int pid_value, unsigned int
    flags) {
    CALL(libvirt_qemu, virDomainQemuAttach, NULL, (conn, pid_value, flags))
}

HIDDEN int virDomainQemuMonitorCommand(virDomainPtr domain, const char *cmd, char **result, unsigned
    int flags) {
    CALL(libvirt_qemu, virDomainQemuMonitorCommand, -1, (domain, cmd, result, flags))
}

HIDDEN int virDomainQemuMonitorCommandWithFiles(virDomainPtr domain, const char *cmd, unsigned int
    ninfiles, int *infiles, unsigned int *noutfiles, int **outfiles, char **result, unsigned int
    flags) {
    CALL(libvirt_qemu, virDomainQemuMonitorCommandWithFiles, -1, (domain, cmd, ninfiles, infiles,
        noutfiles, outfiles, result, flags))
}

/* libvirt-lxc.so.0 */

#define FUNCTIONS(each) \
    each(libvirt_lxc, virDomainLxcEnterCGroup) \
    each(libvirt_lxc, virDomainLxcEnterNamespace) \
    each(libvirt_lxc, virDomainLxcEnterSecurityLabel) \
    each(libvirt_lxc, virDomainLxcOpenNamespace)
enum { FUNCTIONS(NUMBER) };
TABLE(libvirt_lxc, 4, "libvirt0 or libvirt-libs",
    true, NULL, atex_libvirt_absent, "libvirt-lxc.so.0");
#undef FUNCTIONS

const char *atex_libvirt_lxc_problem(void) {
    return atex_library_load(&libvirt_lxc);
}

HIDDEN int virDomainLxcEnterCGroup(virDomainPtr domain, unsigned int flags) {
    CALL(libvirt_lxc, virDomainLxcEnterCGroup, -1, (domain, flags))
}

HIDDEN int virDomainLxcEnterNamespace(virDomainPtr domain, unsigned int nfdlist, int *fdlist,
    unsigned int *noldfdlist, int **oldfdlist, unsigned int flags) {
    CALL(libvirt_lxc, virDomainLxcEnterNamespace, -1, (domain, nfdlist, fdlist, noldfdlist, oldfdlist,
        flags))
}

HIDDEN int virDomainLxcEnterSecurityLabel(virSecurityModelPtr model, virSecurityLabelPtr label,
    virSecurityLabelPtr oldlabel, unsigned int flags) {
    CALL(libvirt_lxc, virDomainLxcEnterSecurityLabel, -1, (model, label, oldlabel, flags))
}

HIDDEN int virDomainLxcOpenNamespace(virDomainPtr domain, int **fdlist, unsigned int flags) {
    CALL(libvirt_lxc, virDomainLxcOpenNamespace, -1, (domain, fdlist, flags))
}
