"""A renderer that fails while it draws."""


class Trouble:
    name = "trouble"
    suffixes = (".trouble",)
    media_type = "text/plain"
    api_version = 1

    def render(self, drawing, **options):
        print("drawing")
        return 1 / 0
