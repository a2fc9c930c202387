// Speaks to DigitalOcean's API through its own Go library, for tests: what godo sees is what users of it see.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/digitalocean/godo"
)

const usage = `godo volumes | snapshots
godo create-volume NAME REGION GIGABYTES [SNAPSHOT_ID]
godo create-snapshot VOLUME_ID NAME [TAG...]
godo tag-snapshot SNAPSHOT_ID TAG
godo delete-snapshot SNAPSHOT_ID`

func main() {
	answer, err := run(context.Background(), append(os.Args[1:], "", "", "", "", ""))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(answer)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (any, error) {
	client, err := godo.New(godo.NewFromToken(os.Getenv("DIGITALOCEAN_ACCESS_TOKEN")).HTTPClient,
		godo.SetBaseURL(os.Getenv("DIGITALOCEAN_API_URL")))
	if err != nil {
		return nil, err
	}
	switch args[0] {
	case "volumes":
		return all(func(page *godo.ListOptions) ([]godo.Volume, *godo.Response, error) {
			return client.Storage.ListVolumes(ctx, &godo.ListVolumeParams{ListOptions: page})
		})
	case "snapshots":
		return all(func(page *godo.ListOptions) ([]godo.Snapshot, *godo.Response, error) {
			return client.Snapshots.ListVolume(ctx, page)
		})
	case "create-volume":
		size, err := strconv.ParseInt(args[3], 10, 64)
		if err != nil {
			return nil, err
		}
		request := &godo.VolumeCreateRequest{Name: args[1], Region: args[2], SizeGigaBytes: size, SnapshotID: args[4]}
		volume, _, err := client.Storage.CreateVolume(ctx, request)
		return volume, err
	case "create-snapshot":
		tags := strings.Fields(strings.Join(args[3:], " "))
		request := &godo.SnapshotCreateRequest{VolumeID: args[1], Name: args[2], Tags: tags}
		snapshot, _, err := client.Storage.CreateSnapshot(ctx, request)
		return snapshot, err
	case "tag-snapshot":
		if _, _, err := client.Tags.Create(ctx, &godo.TagCreateRequest{Name: args[2]}); err != nil {
			return nil, err
		}
		resources := []godo.Resource{{ID: args[1], Type: godo.VolumeSnapshotResourceType}}
		_, err := client.Tags.TagResources(ctx, args[2], &godo.TagResourcesRequest{Resources: resources})
		return nil, err
	case "delete-snapshot":
		_, err := client.Storage.DeleteSnapshot(ctx, args[1])
		return nil, err
	}
	return nil, fmt.Errorf("usage:\n%s", usage)
}

// Reads page after page, as godo's own documentation does.
func all[T any](list func(*godo.ListOptions) ([]T, *godo.Response, error)) ([]T, error) {
	items := []T{}
	for page := 1; ; page++ {
		more, response, err := list(&godo.ListOptions{Page: page})
		if err != nil {
			return nil, err
		}
		items = append(items, more...)
		if response.Links == nil || response.Links.IsLastPage() {
			return items, nil
		}
	}
}
