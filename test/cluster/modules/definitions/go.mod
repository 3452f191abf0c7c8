module coalmine.dev/test/cluster/modules/definitions

go 1.26.0

require (
	github.com/fluxcd/flagger v1.36.1
	github.com/kedacore/keda/v2 v2.20.2
	istio.io/api v1.31.4
	sigs.k8s.io/gateway-api v1.6.3
)
