/**
 * The import law as data: who may import what. `check-imports.ts` applies it; `npm run check` reports every violation.
 *
 * Targets are written in one form. A file of this repository is its path (`modules/compute/module.ts`), however it was
 * imported; a package from the registry is `npm:zod`; a built-in of Node is `node:fs`.
 */

/** One rule. A file that matches `files` may import only what matches `only` and nothing that matches `never`. */
export interface ImportRule {
  name: string
  /** Repository paths of the files that the rule governs. */
  files: RegExp
  /** Files the rule leaves alone, with the reason beside the rule. */
  except?: RegExp
  only?: RegExp
  never?: RegExp
  /** May be imported besides, for types only. */
  types?: RegExp
  /** What to do instead. */
  remedy: string
}

/** Tests and what only tests use: they may put anything together. */
export const TEST_FILES =
  /\.test\.tsx?$|\.(testkit|fixture)\.ts$|(^|\/)(test|tests|testing|test-support)\/|(^|\/)(test-[^/]+|bench)\.ts$/

export const IMPORT_LAW: readonly ImportRule[] = [
  {
    name: 'definitions stand alone',
    files: /\.(resource|table|kind|openapi|sdk)\.ts$/,
    // A slice's overrides of what is derived stand in files of their own.
    only: /^packages\/resource\/|\/[a-z0-9-]+\.(table|kind|openapi|sdk)\.ts$/,
    remedy:
      'A definition says what a kind is; move what it needs into the actions, or add a field type to packages/resource.',
  },
  {
    name: 'packages know no product',
    files: /^packages\//,
    // The test kit puts whole clouds together, for tests only; the quick start brings the built-in image into a new cloud.
    except: /^packages\/(testkit|quickstart)\//,
    never: /^(modules|drivers|apps|images)\//,
    remedy: 'Take it as a dependency (a parameter of the factory) and wire it in the app.',
  },
  {
    name: 'protocol clients stand alone',
    files: /^packages\/(libvirt|ovsdb)\//,
    never: /^(?!packages\/(libvirt|ovsdb)\/)[a-z]+\//,
    remedy: 'A protocol client knows its protocol only; do the translation in the driver.',
  },
  {
    name: 'modules know no driver and no app',
    files: /^modules\//,
    never: /^(drivers|apps|images)\/|^packages\/(libvirt|ovsdb|lab|testkit|sdk|ui)\//,
    remedy: 'Use an interface of packages/contracts; the app hands the driver in.',
  },
  {
    name: 'drivers know contracts only',
    files: /^drivers\/[^/]+\/(control|host)\//,
    // The simulated host is an agent as well: it speaks the agents' wire protocol itself (next rule).
    except: /^drivers\/hypervisor-sim\/host\//,
    only: /^(drivers\/|packages\/(contracts|libvirt|ovsdb)\/|images\/tiny\/|node:|npm:)/,
    remedy: 'A driver implements packages/contracts and speaks to its engine; what it needs else comes as a parameter.',
  },
  {
    name: 'the simulator speaks the wire protocol and knows no more',
    files: /^drivers\/hypervisor-sim\/host\//,
    only: /^(drivers\/hypervisor-sim\/|packages\/(contracts|transport|pki)\/|node:|npm:)/,
    remedy: 'The simulator implements packages/contracts and connects through packages/transport like any agent.',
  },
  {
    name: 'plugins know their contract only',
    files: /^plugins\//,
    only: /^(plugins\/|packages\/(plugin|resource|saga|contracts)\/|node:|npm:)/,
    remedy: 'A plugin gets what it needs of the platform by its context; packages/plugin says what that is.',
  },
  {
    name: 'nobody knows a plugin',
    files: /^(apps|drivers|images|modules|packages)\//,
    never: /^plugins\//,
    remedy: 'The configuration names plugins; add to the contract (packages/plugin) what is wanted of them.',
  },
  {
    name: 'the built-in image is not wired in',
    files: /^(drivers|modules|packages)\//,
    // The libvirt driver probes KVM by booting it; test kit and quick start run VMs of it.
    except: /^drivers\/hypervisor-libvirt\/host\/|^packages\/(testkit|quickstart)\//,
    never: /^images\//,
    remedy: 'Use the image through the image store.',
  },
  {
    name: 'control and host meet on the wire only (control)',
    files: /^drivers\/[^/]+\/control\//,
    // The simulators run in one process and share the switch that makes faults.
    except: /^drivers\/network-sim\//,
    never: /^drivers\/[^/]+\/host\//,
    remedy: 'Put what both sides need into packages/contracts.',
  },
  {
    name: 'control and host meet on the wire only (host)',
    files: /^drivers\/[^/]+\/host\//,
    never: /^drivers\/[^/]+\/control\//,
    remedy: 'Put what both sides need into packages/contracts.',
  },
  {
    name: 'the agent knows no control plane',
    files: /^apps\/host-agent\//,
    never: /^modules\/|^drivers\/[^/]+\/control\/|^packages\/(kernel|postgres|testkit)\/|^apps\/(?!host-agent\/)/,
    remedy: 'The agent carries out commands of packages/contracts; decisions belong in a module.',
  },
  {
    name: 'the console knows the API only',
    files: /^apps\/console\//,
    only: /^(apps\/console\/|packages\/(sdk|ui)\/|npm:)/,
    // The shape of what /v1/kinds serves; it leaves no trace in the bundle.
    types: /^packages\/resource\//,
    // What configures or serves the build runs in Node.
    except: /^apps\/console\/(vite\.config|build|tests?\/|scripts\/)/,
    remedy: 'Read kinds from /v1/kinds and rows from /v1; the console is a client like any other.',
  },
  {
    name: 'the CLI knows the API only',
    files: /^apps\/cli\//,
    never: /^(modules|drivers)\/|^packages\/(kernel|saga|postgres)\/|^apps\/(?!cli\/)/,
    remedy: 'Read kinds from /v1/kinds and call /v1 through packages/sdk.',
  },
]
