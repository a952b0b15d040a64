import { TcpProxy } from '../../support/tcp-proxy.js';
import { Crowd } from '../support/deployment/crowd.js';
import type { CrowdReport, CrowdRequest } from '../support/deployment/crowd-process.js';

/** Through each of them a third of the crowd goes, to one node after another. */
const doors: TcpProxy[] = [];
let crowd: Crowd | undefined;

function report(): CrowdReport {
  const { userIds = [], returns = [], rooms = new Map<string, string[]>() } = crowd ?? {};
  return { userIds, returns, rooms };
}

async function answer(request: CrowdRequest): Promise<void> {
  if (request.do === 'gather') {
    for (const port of request.ports) doors.push(await TcpProxy.listen(port));
    crowd = await Crowd.gather(request.count, doors);
  } else if (request.do === 'drop') {
    for (const door of doors) door.reset();
  } else if (request.do === 'leave') {
    await crowd?.leave();
    await Promise.all(doors.map((door) => door.close()));
    process.disconnect();
    return;
  }
  process.send?.(report());
}

process.on('message', (request: CrowdRequest) => void answer(request));
