namespace Lockkeeper.BulkWriteTests.EntityFrameworkCore;

internal enum Mood
{
    Good,
    Bad,
}

internal sealed class Blog
{
    public int Id { get; set; }

    public string Title { get; set; } = "";

    public Mood Mood { get; set; }

    public int Rank { get; set; }

    public string? Shout { get; set; }

    public List<string> Tags { get; set; } = [];

    public Contact? Contact { get; set; }

    public Size Size { get; set; } = new();
}

internal sealed class Contact
{
    public string Mail { get; set; } = "";

    public Home? Home { get; set; }
}

internal sealed class Home
{
    public string Town { get; set; } = "";
}

internal sealed class Size
{
    public int Width { get; set; }
}

internal sealed class Post
{
    public long Id { get; set; }

    public int BlogId { get; set; }

    public Blog? Blog { get; set; }

    public string Text { get; set; } = "";
}

internal abstract class Animal
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

internal sealed class Cat : Animal
{
    public int Lives { get; set; }
}

internal sealed class Dog : Animal
{
    public string Tricks { get; set; } = "";
}

internal sealed class Ticket
{
    public int Id { get; set; }

    public string Text { get; set; } = "";

    public int Version { get; set; }
}

/// <summary>Its token is the server's own: <c>xmin</c>.</summary>
internal sealed class Letter
{
    public int Id { get; set; }

    public string Text { get; set; } = "";

    public uint Version { get; set; }
}
