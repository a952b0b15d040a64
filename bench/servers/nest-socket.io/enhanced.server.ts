import { UseGuards, UseInterceptors, UsePipes, ValidationPipe } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AllowGuard } from '../support/allow.guard.js';
import { CountInterceptor } from '../support/count.interceptor.js';
import { EchoDto } from '../support/echo.dto.js';
import { serve } from '../support/serve.js';
import { FAST, startNestSocketIo } from './nest-socket-io.js';

@WebSocketGateway(FAST)
class EchoGateway {
  @SubscribeMessage('echo')
  @UseGuards(AllowGuard)
  @UseInterceptors(CountInterceptor)
  @UsePipes(new ValidationPipe())
  echo(@MessageBody() { text, n }: EchoDto) {
    return { event: 'echo', data: { text, n } };
  }
}

serve(() => startNestSocketIo(EchoGateway));
