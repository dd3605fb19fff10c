import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Live } from '../../../engine/targets/kubernetes/api.ts';

/** The real kubectl against one cluster: tests do what people do. */
export class Kubectl {
  readonly #command: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(command: string, env: NodeJS.ProcessEnv) {
    this.#command = command;
    this.#env = env;
  }

  /** What it printed, its warnings apart. @param input for `-f -` */
  async tries(
    args: readonly string[],
    input = '',
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(this.#command, args, { env: this.#env, stdio: 'pipe' });
    child.stdin.on('error', () => {}); // It left without reading; its status says why.
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  }

  /** @throws Error with what it said, when it fails */
  async run(...args: string[]): Promise<string> {
    return this.#must(args, await this.tries(args));
  }

  /** `kubectl create`, of objects as they are. A Node keeps its status that way, which `apply` would drop. */
  async create(...objects: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const args = ['create', '-f', '-'];
    this.#must(args, await this.tries(args, list));
  }

  /** Objects of these kinds in all namespaces. @param kinds as kubectl takes them: `pods,jobs` */
  async list(kinds: string, ...args: string[]): Promise<Live[]> {
    return JSON.parse(await this.run('get', kinds, '--all-namespaces', '-o=json', ...args)).items as Live[];
  }

  #must(args: readonly string[], { code, stdout, stderr }: Awaited<ReturnType<Kubectl['tries']>>): string {
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr || stdout}`);
    return stdout;
  }
}
