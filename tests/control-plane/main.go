// Command control-plane runs one part of a Kubernetes control plane, named by its first argument: apiserver,
// controller-manager or scheduler. The rest of the arguments are those of the part.
package main

import (
	"fmt"
	"os"
	_ "time/tzdata" // the time zones of CronJobs

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	parts := map[string]func() *cobra.Command{
		"apiserver":          apiserver.NewAPIServerCommand,
		"controller-manager": controllers.NewControllerManagerCommand,
		"scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	}
	if len(os.Args) < 2 || parts[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: control-plane apiserver|controller-manager|scheduler [argument...]")
		os.Exit(2)
	}
	command := parts[os.Args[1]]()
	command.SetArgs(os.Args[2:])
	// Its own version is asked for by the parts' flags; os.Args is read by none of them.
	os.Exit(cli.Run(command))
}
