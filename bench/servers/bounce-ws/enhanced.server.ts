import { UseGuards, UseInterceptors, UsePipes, ValidationPipe } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, Payload } from 'bounce-ws';
import { AllowGuard } from '../support/allow.guard.js';
import { CountInterceptor } from '../support/count.interceptor.js';
import { EchoDto } from '../support/echo.dto.js';
import { serve } from '../support/serve.js';
import { startBounce } from './bounce.js';

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo')
  @UseGuards(AllowGuard)
  @UseInterceptors(CountInterceptor)
  @UsePipes(new ValidationPipe())
  echo(_client: BounceSocket, @Payload() { text, n }: EchoDto) {
    return { text, n };
  }
}

serve(() => startBounce(EchoGateway));
