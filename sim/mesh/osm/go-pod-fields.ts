/**
 * The fields that a Pod has in the Kubernetes API module a release of OSM is built with: what the injector does not
 * know it cannot keep. One type a line: `name type`, with `!` where Go writes the field even when empty, `A>name` for
 * a field of the embedded struct A (Go's error texts name it), `@+23` since v0.23, `@-23` until then. Types: Go kinds,
 * `*T`, `[]T`, `{}T` (map of string), `kind:name` for a named Go type.
 * Models k8s.io/api v0.22.1, v0.23.5, v0.26.3 core/v1 Pod, by reflection over the module.
 */
export const POD_FIELDS = `
AWSElasticBlockStoreVolumeSource: volumeID! string, fsType string, partition int32, readOnly bool
Affinity: nodeAffinity *NodeAffinity, podAffinity *PodAffinity, podAntiAffinity *PodAntiAffinity
AzureDiskVolumeSource: diskName! string, diskURI! string, cachingMode *string:v1.AzureDataDiskCachingMode, fsType *string, readOnly *bool, kind *string:v1.AzureDataDiskKind
AzureFileVolumeSource: secretName! string, shareName! string, readOnly bool
CSIVolumeSource: driver! string, readOnly *bool, fsType *string, volumeAttributes {}string, nodePublishSecretRef *LocalObjectReference
Capabilities: add []string:v1.Capability, drop []string:v1.Capability
CephFSVolumeSource: monitors! []string, path string, user string, secretFile string, secretRef *LocalObjectReference, readOnly bool
CinderVolumeSource: volumeID! string, fsType string, readOnly bool, secretRef *LocalObjectReference
ClaimSource: resourceClaimName *string, resourceClaimTemplateName *string
ConfigMapEnvSource: LocalObjectReference>name string, optional *bool
ConfigMapKeySelector: LocalObjectReference>name string, key! string, optional *bool
ConfigMapProjection: LocalObjectReference>name string, items []KeyToPath, optional *bool
ConfigMapVolumeSource: LocalObjectReference>name string, items []KeyToPath, defaultMode *int32, optional *bool
Container: name! string, image string, command []string, args []string, workingDir string, ports []ContainerPort, envFrom []EnvFromSource, env []EnvVar, resources ResourceRequirements, volumeMounts []VolumeMount, volumeDevices []VolumeDevice, livenessProbe *Probe, readinessProbe *Probe, startupProbe *Probe, lifecycle *Lifecycle, terminationMessagePath string, terminationMessagePolicy string:v1.TerminationMessagePolicy, imagePullPolicy string:v1.PullPolicy, securityContext *SecurityContext, stdin bool, stdinOnce bool, tty bool
ContainerPort: name string, hostPort int32, containerPort! int32, protocol string:v1.Protocol, hostIP string
ContainerState: waiting *ContainerStateWaiting, running *ContainerStateRunning, terminated *ContainerStateTerminated
ContainerStateRunning: startedAt Time
ContainerStateTerminated: exitCode! int32, signal int32, reason string, message string, startedAt Time, finishedAt Time, containerID string
ContainerStateWaiting: reason string, message string
ContainerStatus: name! string, state ContainerState, lastState ContainerState, ready! bool, restartCount! int32, image! string, imageID! string, containerID string, started *bool
DownwardAPIProjection: items []DownwardAPIVolumeFile
DownwardAPIVolumeFile: path! string, fieldRef *ObjectFieldSelector, resourceFieldRef *ResourceFieldSelector, mode *int32
DownwardAPIVolumeSource: items []DownwardAPIVolumeFile, defaultMode *int32
EmptyDirVolumeSource: medium string:v1.StorageMedium, sizeLimit *Quantity
EnvFromSource: prefix string, configMapRef *ConfigMapEnvSource, secretRef *SecretEnvSource
EnvVar: name! string, value string, valueFrom *EnvVarSource
EnvVarSource: fieldRef *ObjectFieldSelector, resourceFieldRef *ResourceFieldSelector, configMapKeyRef *ConfigMapKeySelector, secretKeyRef *SecretKeySelector
EphemeralContainer: EphemeralContainerCommon>name! string, EphemeralContainerCommon>image string, EphemeralContainerCommon>command []string, EphemeralContainerCommon>args []string, EphemeralContainerCommon>workingDir string, EphemeralContainerCommon>ports []ContainerPort, EphemeralContainerCommon>envFrom []EnvFromSource, EphemeralContainerCommon>env []EnvVar, EphemeralContainerCommon>resources ResourceRequirements, EphemeralContainerCommon>volumeMounts []VolumeMount, EphemeralContainerCommon>volumeDevices []VolumeDevice, EphemeralContainerCommon>livenessProbe *Probe, EphemeralContainerCommon>readinessProbe *Probe, EphemeralContainerCommon>startupProbe *Probe, EphemeralContainerCommon>lifecycle *Lifecycle, EphemeralContainerCommon>terminationMessagePath string, EphemeralContainerCommon>terminationMessagePolicy string:v1.TerminationMessagePolicy, EphemeralContainerCommon>imagePullPolicy string:v1.PullPolicy, EphemeralContainerCommon>securityContext *SecurityContext, EphemeralContainerCommon>stdin bool, EphemeralContainerCommon>stdinOnce bool, EphemeralContainerCommon>tty bool, targetContainerName string
EphemeralVolumeSource: volumeClaimTemplate *PersistentVolumeClaimTemplate
ExecAction: command []string
FCVolumeSource: targetWWNs []string, lun *int32, fsType string, readOnly bool, wwids []string
FlexVolumeSource: driver! string, fsType string, secretRef *LocalObjectReference, readOnly bool, options {}string
FlockerVolumeSource: datasetName string, datasetUUID string
GCEPersistentDiskVolumeSource: pdName! string, fsType string, partition int32, readOnly bool
GRPCAction: port! int32, service! *string
GitRepoVolumeSource: repository! string, revision string, directory string
GlusterfsVolumeSource: endpoints! string, path! string, readOnly bool
HTTPGetAction: path string, port! IntOrString, host string, scheme string:v1.URIScheme, httpHeaders []HTTPHeader
HTTPHeader: name! string, value! string
Handler: exec *ExecAction, httpGet *HTTPGetAction, tcpSocket *TCPSocketAction
HostAlias: ip string, hostnames []string
HostPathVolumeSource: path! string, type *string:v1.HostPathType
ISCSIVolumeSource: targetPortal! string, iqn! string, lun! int32, iscsiInterface string, fsType string, readOnly bool, portals []string, chapAuthDiscovery bool, chapAuthSession bool, secretRef *LocalObjectReference, initiatorName *string
KeyToPath: key! string, path! string, mode *int32
LabelSelector: matchLabels {}string, matchExpressions []LabelSelectorRequirement
LabelSelectorRequirement: key! string, operator! string:v1.LabelSelectorOperator, values []string
Lifecycle: postStart@+23 *LifecycleHandler, preStop@+23 *LifecycleHandler, postStart@-23 *Handler, preStop@-23 *Handler
LifecycleHandler: exec *ExecAction, httpGet *HTTPGetAction, tcpSocket *TCPSocketAction
LocalObjectReference: name string
ManagedFieldsEntry: manager string, operation string:v1.ManagedFieldsOperationType, apiVersion string, time *Time, fieldsType string, fieldsV1 *FieldsV1, subresource string
NFSVolumeSource: server! string, path! string, readOnly bool
NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution *NodeSelector, preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm
NodeSelector: nodeSelectorTerms! []NodeSelectorTerm
NodeSelectorRequirement: key! string, operator! string:v1.NodeSelectorOperator, values []string
NodeSelectorTerm: matchExpressions []NodeSelectorRequirement, matchFields []NodeSelectorRequirement
ObjectFieldSelector: apiVersion string, fieldPath! string
ObjectMeta: name string, generateName string, namespace string, selfLink string, uid string:types.UID, resourceVersion string, generation int64, creationTimestamp Time, deletionTimestamp *Time, deletionGracePeriodSeconds *int64, labels {}string, annotations {}string, ownerReferences []OwnerReference, finalizers []string, managedFields []ManagedFieldsEntry, clusterName@-26 string
OwnerReference: apiVersion! string, kind! string, name! string, uid! string:types.UID, controller *bool, blockOwnerDeletion *bool
PersistentVolumeClaimSpec: accessModes []string:v1.PersistentVolumeAccessMode, selector *LabelSelector, resources ResourceRequirements, volumeName string, storageClassName *string, volumeMode *string:v1.PersistentVolumeMode, dataSource *TypedLocalObjectReference, dataSourceRef@+26 *TypedObjectReference, dataSourceRef@-26 *TypedLocalObjectReference
PersistentVolumeClaimTemplate: metadata ObjectMeta, spec! PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource: claimName! string, readOnly bool
PhotonPersistentDiskVolumeSource: pdID! string, fsType string
Pod: TypeMeta>kind string, TypeMeta>apiVersion string, metadata ObjectMeta, spec PodSpec, status PodStatus
PodAffinity: requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodAffinityTerm: labelSelector *LabelSelector, namespaces []string, topologyKey! string, namespaceSelector *LabelSelector
PodAntiAffinity: requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodCondition: type! string:v1.PodConditionType, status! string:v1.ConditionStatus, lastProbeTime Time, lastTransitionTime Time, reason string, message string
PodDNSConfig: nameservers []string, searches []string, options []PodDNSConfigOption
PodDNSConfigOption: name string, value *string
PodIP: ip string
PodOS: name! string:v1.OSName
PodReadinessGate: conditionType! string:v1.PodConditionType
PodResourceClaim: name! string, source ClaimSource
PodSchedulingGate: name! string
PodSecurityContext: seLinuxOptions *SELinuxOptions, windowsOptions *WindowsSecurityContextOptions, runAsUser *int64, runAsGroup *int64, runAsNonRoot *bool, supplementalGroups []int64, fsGroup *int64, sysctls []Sysctl, fsGroupChangePolicy *string:v1.PodFSGroupChangePolicy, seccompProfile *SeccompProfile
PodSpec: volumes []Volume, initContainers []Container, containers! []Container, ephemeralContainers []EphemeralContainer, restartPolicy string:v1.RestartPolicy, terminationGracePeriodSeconds *int64, activeDeadlineSeconds *int64, dnsPolicy string:v1.DNSPolicy, nodeSelector {}string, serviceAccountName string, serviceAccount string, automountServiceAccountToken *bool, nodeName string, hostNetwork bool, hostPID bool, hostIPC bool, shareProcessNamespace *bool, securityContext *PodSecurityContext, imagePullSecrets []LocalObjectReference, hostname string, subdomain string, affinity *Affinity, schedulerName string, tolerations []Toleration, hostAliases []HostAlias, priorityClassName string, priority *int32, dnsConfig *PodDNSConfig, readinessGates []PodReadinessGate, runtimeClassName *string, enableServiceLinks *bool, preemptionPolicy *string:v1.PreemptionPolicy, overhead {}Quantity:v1.ResourceList, topologySpreadConstraints []TopologySpreadConstraint, setHostnameAsFQDN *bool, os@+23 *PodOS, hostUsers@+26 *bool, schedulingGates@+26 []PodSchedulingGate, resourceClaims@+26 []PodResourceClaim
PodStatus: phase string:v1.PodPhase, conditions []PodCondition, message string, reason string, nominatedNodeName string, hostIP string, podIP string, podIPs []PodIP, startTime *Time, initContainerStatuses []ContainerStatus, containerStatuses []ContainerStatus, qosClass string:v1.PodQOSClass, ephemeralContainerStatuses []ContainerStatus
PortworxVolumeSource: volumeID! string, fsType string, readOnly bool
PreferredSchedulingTerm: weight! int32, preference! NodeSelectorTerm
Probe: ProbeHandler>exec@+23 *ExecAction, ProbeHandler>httpGet@+23 *HTTPGetAction, ProbeHandler>tcpSocket@+23 *TCPSocketAction, ProbeHandler>grpc@+23 *GRPCAction, initialDelaySeconds int32, timeoutSeconds int32, periodSeconds int32, successThreshold int32, failureThreshold int32, terminationGracePeriodSeconds *int64, Handler>exec@-23 *ExecAction, Handler>httpGet@-23 *HTTPGetAction, Handler>tcpSocket@-23 *TCPSocketAction
ProjectedVolumeSource: sources! []VolumeProjection, defaultMode *int32
QuobyteVolumeSource: registry! string, volume! string, readOnly bool, user string, group string, tenant string
RBDVolumeSource: monitors! []string, image! string, fsType string, pool string, user string, keyring string, secretRef *LocalObjectReference, readOnly bool
ResourceClaim: name! string
ResourceFieldSelector: containerName string, resource! string, divisor Quantity
ResourceRequirements: limits {}Quantity:v1.ResourceList, requests {}Quantity:v1.ResourceList, claims@+26 []ResourceClaim
SELinuxOptions: user string, role string, type string, level string
ScaleIOVolumeSource: gateway! string, system! string, secretRef! *LocalObjectReference, sslEnabled bool, protectionDomain string, storagePool string, storageMode string, volumeName string, fsType string, readOnly bool
SeccompProfile: type! string:v1.SeccompProfileType, localhostProfile *string
SecretEnvSource: LocalObjectReference>name string, optional *bool
SecretKeySelector: LocalObjectReference>name string, key! string, optional *bool
SecretProjection: LocalObjectReference>name string, items []KeyToPath, optional *bool
SecretVolumeSource: secretName string, items []KeyToPath, defaultMode *int32, optional *bool
SecurityContext: capabilities *Capabilities, privileged *bool, seLinuxOptions *SELinuxOptions, windowsOptions *WindowsSecurityContextOptions, runAsUser *int64, runAsGroup *int64, runAsNonRoot *bool, readOnlyRootFilesystem *bool, allowPrivilegeEscalation *bool, procMount *string:v1.ProcMountType, seccompProfile *SeccompProfile
ServiceAccountTokenProjection: audience string, expirationSeconds *int64, path! string
StorageOSVolumeSource: volumeName string, volumeNamespace string, fsType string, readOnly bool, secretRef *LocalObjectReference
Sysctl: name! string, value! string
TCPSocketAction: port! IntOrString, host string
Toleration: key string, operator string:v1.TolerationOperator, value string, effect string:v1.TaintEffect, tolerationSeconds *int64
TopologySpreadConstraint: maxSkew! int32, topologyKey! string, whenUnsatisfiable! string:v1.UnsatisfiableConstraintAction, labelSelector *LabelSelector, minDomains@+26 *int32, nodeAffinityPolicy@+26 *string:v1.NodeInclusionPolicy, nodeTaintsPolicy@+26 *string:v1.NodeInclusionPolicy, matchLabelKeys@+26 []string
TypedLocalObjectReference: apiGroup! *string, kind! string, name! string
TypedObjectReference: apiGroup! *string, kind! string, name! string, namespace *string
Volume: name! string, VolumeSource>hostPath *HostPathVolumeSource, VolumeSource>emptyDir *EmptyDirVolumeSource, VolumeSource>gcePersistentDisk *GCEPersistentDiskVolumeSource, VolumeSource>awsElasticBlockStore *AWSElasticBlockStoreVolumeSource, VolumeSource>gitRepo *GitRepoVolumeSource, VolumeSource>secret *SecretVolumeSource, VolumeSource>nfs *NFSVolumeSource, VolumeSource>iscsi *ISCSIVolumeSource, VolumeSource>glusterfs *GlusterfsVolumeSource, VolumeSource>persistentVolumeClaim *PersistentVolumeClaimVolumeSource, VolumeSource>rbd *RBDVolumeSource, VolumeSource>flexVolume *FlexVolumeSource, VolumeSource>cinder *CinderVolumeSource, VolumeSource>cephfs *CephFSVolumeSource, VolumeSource>flocker *FlockerVolumeSource, VolumeSource>downwardAPI *DownwardAPIVolumeSource, VolumeSource>fc *FCVolumeSource, VolumeSource>azureFile *AzureFileVolumeSource, VolumeSource>configMap *ConfigMapVolumeSource, VolumeSource>vsphereVolume *VsphereVirtualDiskVolumeSource, VolumeSource>quobyte *QuobyteVolumeSource, VolumeSource>azureDisk *AzureDiskVolumeSource, VolumeSource>photonPersistentDisk *PhotonPersistentDiskVolumeSource, VolumeSource>projected *ProjectedVolumeSource, VolumeSource>portworxVolume *PortworxVolumeSource, VolumeSource>scaleIO *ScaleIOVolumeSource, VolumeSource>storageos *StorageOSVolumeSource, VolumeSource>csi *CSIVolumeSource, VolumeSource>ephemeral *EphemeralVolumeSource
VolumeDevice: name! string, devicePath! string
VolumeMount: name! string, readOnly bool, mountPath! string, subPath string, mountPropagation *string:v1.MountPropagationMode, subPathExpr string
VolumeProjection: secret *SecretProjection, downwardAPI *DownwardAPIProjection, configMap *ConfigMapProjection, serviceAccountToken *ServiceAccountTokenProjection
VsphereVirtualDiskVolumeSource: volumePath! string, fsType string, storagePolicyName string, storagePolicyID string
WeightedPodAffinityTerm: weight! int32, podAffinityTerm! PodAffinityTerm
WindowsSecurityContextOptions: gmsaCredentialSpecName *string, gmsaCredentialSpec *string, runAsUserName *string, hostProcess *bool
`;
