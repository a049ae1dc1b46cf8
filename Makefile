# 两条命令 / the two commands:   make demo   make test
.PHONY: demo cheats test bench clean
.DEFAULT_GOAL := demo

demo: ; @sh setup.sh demo && exec .venv/bin/python -m demo
cheats: ; @sh setup.sh demo && exec .venv/bin/python -m demo.cheats
test: ; @sh setup.sh test && exec .venv/bin/python -m pytest
bench: ; @sh setup.sh test && exec .venv/bin/python -m bench
clean: ; rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis demo-*
