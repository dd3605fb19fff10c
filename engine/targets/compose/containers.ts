import { docker } from './docker.ts';

/** One container as Docker describes it, as much of it as matters here. */
export interface Container {
  id: string;
  /** Of the Compose file. */
  service: string;
  pid: number | undefined;
  status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  exitCode: number;
  /** Since it was last started by somebody. */
  restarts: number;
  /** Wall time, epoch ms. */
  startedAt: number;
}

interface Inspected {
  Id: string;
  RestartCount: number;
  State: { Status: Container['status']; Pid: number; ExitCode: number; StartedAt: string };
  Config: { Labels: Record<string, string> };
}

const SERVICE = 'com.docker.compose.service';

/** Containers of a project by service, those that ended included; jobs run beside it are not among them. */
export async function containersOf(project: string): Promise<Map<string, Container>> {
  const filters = [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'];
  const ids = await docker([
    'ps',
    '-aq',
    '--no-trunc',
    ...filters.flatMap((one) => ['--filter', `label=${one}`]),
  ]);
  const known = ids.split('\n').filter((id) => id !== '');
  if (known.length === 0) return new Map();
  // One that is replaced meanwhile makes the whole answer fail: the next look sees the new one.
  const inspected = JSON.parse(await docker(['inspect', '--type', 'container', ...known])) as Inspected[];
  return new Map(inspected.map((one) => [one.Config.Labels[SERVICE] ?? '', containerOf(one)]));
}

function containerOf({ Id, RestartCount, State, Config }: Inspected): Container {
  return {
    id: Id,
    service: Config.Labels[SERVICE] ?? '',
    pid: State.Pid === 0 ? undefined : State.Pid,
    status: State.Status,
    exitCode: State.ExitCode,
    restarts: RestartCount,
    startedAt: Date.parse(State.StartedAt),
  };
}
