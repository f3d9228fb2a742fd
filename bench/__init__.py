"""What the speed, the memory and the tones of Hwamei are measured with: `make bench`, `python -m bench --help`."""
