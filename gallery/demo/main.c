void resume(void *fiber);

int main(void) {
  resume(0);
  return 0;
}
