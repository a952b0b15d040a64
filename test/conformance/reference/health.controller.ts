import { Controller, Get } from '@nestjs/common';

/** Tells a supervisor that the server is up. */
@Controller('health')
export class HealthController {
  @Get()
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
