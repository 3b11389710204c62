import { describe, expect, it } from 'vitest';
import { baseEnvironment, runEnvironment } from '../../../src/kernel/process/environment.ts';

const options = {
  server: {
    PATH: '/bin',
    HOME: '/home/u',
    LC_TIME: 'de_DE',
    SECRET: 's',
    MINE: 'm',
    PYTHONPATH: '/own',
    EMPTY: undefined,
  },
  pass: ['MINE'],
  pythonPath: '/ours',
  timezone: 'Europe/Berlin',
};

describe('a kernel’s environment', () => {
  it('is an allow-list, with private folders and our modules first', () => {
    expect(baseEnvironment(options, '/run/home', '/run/tmp')).toEqual({
      PATH: '/bin',
      GIT_DISCOVERY_ACROSS_FILESYSTEM: '1',
      LANG: 'C.UTF-8',
      LC_TIME: 'de_DE',
      MINE: 'm',
      PYTHONPATH: '/ours:/own',
      HOME: '/run/home',
      TMPDIR: '/run/tmp',
      TZ: 'Europe/Berlin',
      PYTHONUSERBASE: '/home/u/.local',
      R_LIBS_USER: '/home/u/R/%p-library/%v',
      JUPYTER_RUNTIME_DIR: '/run/home/.runtime',
      IPYTHONDIR: '/run/home/.ipython',
      JPY_PARENT_PID: '1',
    });
  });

  it('takes nothing from a run but what it names, and never lets it name ours', () => {
    const request = {
      runId: 'r',
      kernelName: undefined,
      language: 'python',
      directory: '/s',
      outputDirectory: '/o',
      environment: { A: '1', SCRIPT_RUNNER_RUN_ID: 'x' },
      params: {},
    };
    expect(runEnvironment(request, '/p.json')).toEqual({
      A: '1',
      SCRIPT_RUNNER_RUN_ID: 'r',
      SCRIPT_RUNNER_OUTPUT_DIR: '/o',
      SCRIPT_RUNNER_PARAMS_FILE: '/p.json',
    });
  });
});
